# The shell runs this to make a crossbar for the box's registers. With one module behind them none is needed.
