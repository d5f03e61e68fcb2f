package io.penstock.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;

/**
 * A figure with lines over a logarithmic axis, as SVG within HTML, for {@link HtmlReport}. The vertical axis begins at zero, or is
 * logarithmic, too.
 *
 * @param lines by name, each from x to y
 */
record LinePlot(
        String caption,
        String across,
        String up,
        boolean logarithmic,
        DoubleFunction<String> upUnit,
        Map<String, SortedMap<Double, Double>> lines) {
    private static final int WIDTH = 400;
    private static final int HEIGHT = 240;
    private static final int LEFT = 52;
    private static final int RIGHT = 26;
    private static final int TOP = 12;
    private static final int BOTTOM = 38;
    private static final int COLOURS = 6;

    private record Axis(double low, double high, boolean logarithmic, double from, double to) {
        double place(double value) {
            double share = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
            return from + share * (to - from);
        }
    }

    String html() {
        List<Double> acrossTicks = all(
                lines.values().stream().flatMap(line -> line.keySet().stream()).toList());
        List<Double> values = all(
                lines.values().stream().flatMap(line -> line.values().stream()).toList());
        double left = acrossTicks.get(0);
        double right = Math.max(acrossTicks.get(acrossTicks.size() - 1), left * 1.01);
        Axis x = new Axis(left, right, true, LEFT, WIDTH - RIGHT);
        List<Double> upTicks = logarithmic
                ? powers(values.get(0), values.get(values.size() - 1))
                : steps(values.get(values.size() - 1));
        double top = upTicks.get(upTicks.size() - 1);
        Axis y = new Axis(upTicks.get(0), top, logarithmic, HEIGHT - BOTTOM, TOP);

        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" role=\"img\" aria-label=\"" + HtmlReport.text(caption) + "\">\n");
        for (double tick : upTicks) {
            double place = y.place(tick);
            add(
                    svg,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT,
                    WIDTH - RIGHT,
                    place,
                    place);
            add(
                    svg,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 6,
                    place + 4,
                    upUnit.apply(tick));
        }
        for (double tick : acrossTicks) {
            add(
                    svg,
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%1$.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x.place(tick),
                    HEIGHT - BOTTOM,
                    HEIGHT - BOTTOM + 4);
            add(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x.place(tick),
                    HEIGHT - BOTTOM + 17,
                    Bars.magnitude(tick));
        }
        add(
                svg,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 4,
                HtmlReport.text(across));
        int colour = 0;
        for (SortedMap<Double, Double> line : lines.values()) {
            draw(svg, line, x, y, "var(--s" + colour++ % COLOURS + ")");
        }
        return "<figure><figcaption>" + HtmlReport.text(caption) + ": " + HtmlReport.text(up) + "</figcaption>\n"
                + svg.append("</svg>\n") + key() + "</figure>\n";
    }

    private static List<Double> all(Collection<Double> values) {
        return values.stream().distinct().sorted().toList();
    }

    /** Powers of ten around all values, at least two. */
    private static List<Double> powers(double least, double most) {
        List<Double> ticks = new ArrayList<>();
        double from = Math.pow(10, Math.floor(Math.log10(least)));
        for (double tick = from; ticks.size() < 2 || ticks.get(ticks.size() - 1) < most; tick *= 10) {
            ticks.add(tick);
        }
        return ticks;
    }

    /** From zero, in about four steps of 1, 2 or 5 and a power of ten. */
    private static List<Double> steps(double most) {
        double rough = most / 4;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = DoubleStream.of(1, 2, 5, 10)
                        .filter(each -> each * power >= rough)
                        .findFirst()
                        .orElse(10)
                * power;
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; ticks.isEmpty() || ticks.get(ticks.size() - 1) < most; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private void draw(StringBuilder svg, SortedMap<Double, Double> line, Axis x, Axis y, String colour) {
        StringBuilder points = new StringBuilder();
        line.forEach((across, value) ->
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x.place(across), y.place(value))));
        add(
                svg,
                "<polyline stroke=\"%s\" points=\"%s\"/>",
                colour,
                points.toString().strip());
        line.forEach((across, value) -> add(
                svg,
                "<circle fill=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s: %s</title></circle>",
                colour,
                x.place(across),
                y.place(value),
                Bars.magnitude(across),
                upUnit.apply(value)));
    }

    private String key() {
        StringBuilder key = new StringBuilder("<div class=\"key\">");
        int colour = 0;
        for (String name : lines.keySet()) {
            key.append("<span><i style=\"background:var(--s")
                    .append(colour++ % COLOURS)
                    .append(")\"></i>")
                    .append(HtmlReport.text(name))
                    .append("</span>");
        }
        return key.append("</div>\n").toString();
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
