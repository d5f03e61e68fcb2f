package io.penstock.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far the work is, shown on a terminal or not at all. */
interface Progress extends AutoCloseable {
    Progress NONE = new Progress() {};

    /** Of {@code total} units there are {@code done}; a total of 0 or less is not known. */
    default void at(long done, long total) {}

    /** Begins another part of the work, called {@code name}. */
    default void part(String name) {}

    @Override
    default void close() {}

    /**
     * A bar on the console's standard error, if that is a terminal and {@code wanted}.
     *
     * @param unit of what is counted, and how many of it are shown as one
     */
    static Progress of(Console console, boolean wanted, String task, String unit, long unitSize) {
        return wanted && console.columns() > 0 ? new Bar(console, task, unit, unitSize) : NONE;
    }

    /** A bar that disappears at the end. */
    final class Bar implements Progress {
        private static final int UPDATE_MILLIS = 200;

        private final ProgressBar bar;

        Bar(Console console, String task, String unit, long unitSize) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(-1)
                    .setUnit(unit, unitSize)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .showSpeed()
                    .clearDisplayOnFinish()
                    .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.columns() - 1))
                    .build();
        }

        @Override
        public void at(long done, long total) {
            if (total > 0) {
                bar.maxHint(Math.max(total, done));
            }
            bar.stepTo(done);
        }

        @Override
        public void part(String name) {
            bar.setExtraMessage(name);
        }

        @Override
        public void close() {
            bar.close();
        }
    }
}
