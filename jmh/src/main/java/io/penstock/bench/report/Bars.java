package io.penstock.bench.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Draws contests as tables whose rows have bars, for {@link HtmlReport}. */
final class Bars {
    private Bars() {}

    /** The rates of one contest. */
    static String rates(Contest contest) {
        Counted counted = contest.counted();
        // A limit may be so far away that nothing else could be told apart.
        double longest = contest.contenders().stream()
                .filter(each -> !each.isLimit())
                .mapToDouble(Measured::rate)
                .max()
                .orElseGet(() -> contest.contenders().get(0).rate());
        double full = Math.min(1.5 * longest, contest.contenders().get(0).rate());
        StringBuilder rows = new StringBuilder();
        for (Measured each : contest.contenders()) {
            String kind = each.isOurs() ? "ours" : each.isLimit() ? "limit" : "peer";
            rows.append(row(
                    kind,
                    each.contender(),
                    track(each.rate() / full, Double.NaN),
                    List.of(
                            new Cell(magnitude(each.rate()), counted.rate),
                            new Cell(Counted.cell("%.2f", contest.ratio(each)), contest.against()),
                            new Cell(counted.cpu(each.cpuNanos()), counted.cpu),
                            new Cell(counted.heap(each.allocatedBytes()), counted.heap))));
        }
        return table(List.of(counted.rate, contest.against(), counted.cpu, counted.heap), rows);
    }

    /** By how much Penstock's contenders are ahead of the best peer, in all contests that have one. */
    static String ratios(Collection<Contest> contests) {
        double longest = contests.stream()
                .filter(Contest::hasPeer)
                .flatMapToDouble(contest ->
                        contest.contenders().stream().filter(Measured::isOurs).mapToDouble(contest::ratio))
                .max()
                .orElse(1);
        StringBuilder rows = new StringBuilder();
        for (Contest contest : contests) {
            for (Measured each : contest.contenders()) {
                if (contest.hasPeer() && each.isOurs()) {
                    rows.append(row(
                            contest.ratio(each) >= 1 ? "ours" : "peer",
                            contest.group().replace("Benchmark", "") + ": "
                                    + each.contender().replaceFirst("penstock(?=.)", ""),
                            track(contest.ratio(each) / longest, 1 / longest),
                            List.of(new Cell(Counted.cell("%.2f", contest.ratio(each)), contest.against()))));
                }
            }
        }
        return table(List.of("x best peer"), rows);
    }

    /** How much of each target is reached: the mark is all of it. */
    static String targets(Collection<Target.Outcome> outcomes) {
        double longest = outcomes.stream()
                .mapToDouble(each -> each.ratio() / each.target().least())
                .filter(share -> !Double.isNaN(share))
                .reduce(1, Math::max);
        StringBuilder rows = new StringBuilder();
        for (Target.Outcome each : outcomes) {
            double share = Double.isNaN(each.ratio())
                    ? 0
                    : each.ratio() / each.target().least() / longest;
            Measured ours = each.contender();
            rows.append(row(
                    each.isReached() ? "ours" : "missed",
                    ours.group().replace("Benchmark", "") + ": " + ours.contender() + ", JDK " + ours.jdk(),
                    track(share, 1 / longest),
                    List.of(
                            new Cell(Counted.cell("%.2f", each.ratio()), "x"),
                            new Cell(Counted.cell("%.2f", each.target().least()), "to reach"))));
        }
        return table(List.of("x", "to reach"), rows);
    }

    private record Cell(String value, String unit) {}

    private static String table(List<String> heads, CharSequence rows) {
        StringBuilder table = new StringBuilder("<table class=\"bars\"><thead><tr><th></th><th></th>");
        heads.forEach(head -> table.append("<th>").append(HtmlReport.text(head)).append("</th>"));
        return table.append("</tr></thead><tbody>\n")
                .append(rows)
                .append("</tbody></table>\n")
                .toString();
    }

    private static String row(String kind, String name, String bar, List<Cell> cells) {
        StringBuilder row = new StringBuilder("<tr class=\"" + kind + "\"><td class=\"name\">")
                .append(HtmlReport.text(name))
                .append("</td><td class=\"bar\">")
                .append(bar)
                .append("</td>");
        for (Cell cell : cells) {
            row.append("<td data-unit=\"")
                    .append(HtmlReport.text(cell.unit))
                    .append("\">")
                    .append(HtmlReport.text(cell.value))
                    .append("</td>");
        }
        return row.append("</tr>\n").toString();
    }

    private static String track(double share, double mark) {
        String marked = Double.isNaN(mark)
                ? ""
                : String.format(Locale.ROOT, "<b style=\"left:calc(%.2f%% - 1px)\"></b>", 100 * Math.min(1, mark));
        return String.format(
                Locale.ROOT,
                "<span class=\"track\"><i%s style=\"width:%.2f%%\"></i>%s</span>",
                share > 1 ? " class=\"beyond\"" : "",
                100 * Math.min(1, share),
                marked);
    }

    /** At most three digits, and a power of a thousand: 5.81 M. */
    static String magnitude(double value) {
        String[] powers = {"", " k", " M", " G", " T"};
        int power = 0;
        double left = value;
        while (left >= 999.5 && power < powers.length - 1) {
            left /= 1000;
            power++;
        }
        String format = left >= 99.95 ? "%.0f" : left >= 9.995 ? "%.1f" : "%.2f";
        String digits = String.format(Locale.ROOT, format, left);
        return (digits.contains(".") ? digits.replaceFirst("\\.?0+$", "") : digits) + powers[power];
    }
}
