# SPDX-License-Identifier: BSL-1.0
# Twenty lines of reinforcement learning: units that learn by trial how far above their cost to bid.
import numpy as np

from sched.environment import Market

market = Market(capacity=[40, 30, 30, 20], cost=[5, 20, 25, 60], demand=[60, 75, 90, 105] * 6)
draw = np.random.default_rng(1)
markup, width = np.zeros(4), 0.5

for episode in range(400):
    market.reset(seed=episode)
    tried = markup + width * draw.normal(size=4)
    total = np.zeros(4)
    for actions in (tried, markup):  # what was tried against what is known, in the same hours
        market.reset(seed=episode)
        truncated, sign = False, 1 if actions is tried else -1
        while not truncated:
            _, rewards, _, truncated, information = market.step(np.column_stack([np.zeros(4), actions]))
            total += sign * rewards
    markup = np.where(total > 0, tried, markup)
    width *= 0.995
print("bids above cost:", np.round(50 * np.tanh(markup), 1), " last price:", round(information["price"], 2))
