package io.penstock.cli;

import io.penstock.format.Predicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Parses the text of a predicate, which is that of SQL: comparisons with {@code = <> != < <= > >=}, {@code in (...)}, {@code between ...
 * and ...} and {@code is null} of columns, joined by {@code and}, {@code or}, {@code not} and parentheses. {@link WhereValue} says what
 * values look like.
 *
 * <p>A column's name stands in double quotes where a schema's would have to, or if it is a word of the language.
 */
final class WhereText {
    /** Deeper expressions are nobody's, and would exhaust the stack. */
    private static final int MAX_DEPTH = 200;

    private static final Set<String> WORDS = Set.of("and", "or", "not", "in", "is", "null", "between");

    private final String text;
    private final Schema schema;
    private int at;
    private int depth;

    private WhereText(String text, Schema schema) {
        this.text = text;
        this.schema = schema;
    }

    /**
     * The predicate that {@code text} says.
     *
     * @param schema of the table
     * @throws WhereException naming what was expected and what was found
     */
    static Predicate parse(String text, Schema schema) {
        WhereText parser = new WhereText(text, schema);
        Predicate predicate = parser.disjunction();
        if (parser.hasMore()) {
            throw parser.refusal("'and', 'or' or the end", parser.at);
        }
        return predicate;
    }

    private Predicate disjunction() {
        if (++depth > MAX_DEPTH) {
            throw new WhereException(text, at, "it is nested deeper than " + MAX_DEPTH + " times");
        }
        List<Predicate> operands = new ArrayList<>();
        do {
            operands.add(conjunction());
        } while (acceptWord("or"));
        depth--;
        return operands.size() == 1 ? operands.get(0) : new Predicate.Disjunction(operands);
    }

    private Predicate conjunction() {
        List<Predicate> operands = new ArrayList<>();
        do {
            operands.add(operand());
        } while (acceptWord("and"));
        return operands.size() == 1 ? operands.get(0) : new Predicate.Conjunction(operands);
    }

    private Predicate operand() {
        boolean negated = false;
        while (acceptWord("not")) {
            negated = !negated;
        }
        Predicate operand;
        if (accept("(")) {
            operand = disjunction();
            expect(")");
        } else {
            operand = test();
        }
        return negated ? Predicate.not(operand) : operand;
    }

    private Predicate test() {
        Field column = column();
        String name = column.getName();
        if (acceptWord("is")) {
            boolean isNull = !acceptWord("not");
            if (!acceptWord("null")) {
                throw refusal(isNull ? "'null' or 'not null'" : "'null'", at);
            }
            return new Predicate.NullTest(name, isNull);
        }
        boolean negated = acceptWord("not");
        Predicate test;
        if (acceptWord("in")) {
            test = Predicate.in(name, values(column));
        } else if (acceptWord("between")) {
            test = between(column);
        } else if (negated) {
            throw refusal("'in' or 'between'", at);
        } else {
            Predicate.Operator operator = operator();
            test = new Predicate.Comparison(name, operator, value(column));
        }
        return negated ? Predicate.not(test) : test;
    }

    private List<Object> values(Field column) {
        List<Object> values = new ArrayList<>();
        expect("(");
        do {
            values.add(value(column));
        } while (accept(","));
        expect(")");
        return values;
    }

    private Predicate between(Field column) {
        Object low = value(column);
        if (!acceptWord("and")) {
            throw refusal("'and'", at);
        }
        return Predicate.greaterOrEqual(column.getName(), low)
                .and(Predicate.lessOrEqual(column.getName(), value(column)));
    }

    private Predicate.Operator operator() {
        if (accept("=")) {
            return Predicate.Operator.EQUAL;
        }
        if (accept("<>") || accept("!=")) {
            return Predicate.Operator.NOT_EQUAL;
        }
        if (accept("<=")) {
            return Predicate.Operator.LESS_OR_EQUAL;
        }
        if (accept("<")) {
            return Predicate.Operator.LESS;
        }
        if (accept(">=")) {
            return Predicate.Operator.GREATER_OR_EQUAL;
        }
        if (accept(">")) {
            return Predicate.Operator.GREATER;
        }
        throw refusal("=, <>, <, <=, >, >=, 'in', 'between' or 'is'", at);
    }

    private Field column() {
        skipSpace();
        int start = at;
        String name = name();
        for (Field field : schema.getFields()) {
            if (field.getName().equals(name)) {
                return field;
            }
        }
        throw new WhereException(text, start, "no column '" + name + "'; penstock describe shows those there are");
    }

    private String name() {
        int start = at;
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted('"', "a name that ends with a double quote");
        }
        while (at < text.length() && SchemaText.isNamePart(text.charAt(at))) {
            at++;
        }
        String name = text.substring(start, at);
        if (name.isEmpty() || WORDS.contains(name.toLowerCase(Locale.ROOT))) {
            throw refusal("a column name", start);
        }
        return name;
    }

    /** What stands between two quotes; a quote in it stands there twice. */
    private String quoted(char quote, String expected) {
        int start = at++;
        StringBuilder content = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != quote) {
                content.append(c);
            } else if (at < text.length() && text.charAt(at) == quote) {
                content.append(quote);
                at++;
            } else {
                return content.toString();
            }
        }
        throw refusal(expected, start);
    }

    private Object value(Field column) {
        skipSpace();
        int start = at;
        if (at < text.length() && text.charAt(at) == '\'') {
            String content = quoted('\'', "a text that ends with a single quote");
            return WhereValue.ofQuoted(column, content, problem -> refusal(problem, start));
        }
        boolean hex = text.regionMatches(true, at, "x'", 0, 2);
        if (hex) {
            at++;
            String digits = quoted('\'', "digits that end with a single quote");
            return WhereValue.ofHex(column, digits, problem -> refusal(problem, start));
        }
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        return WhereValue.ofWord(column, text.substring(start, at), problem -> refusal(problem, start));
    }

    private static boolean isWordPart(char c) {
        return !Character.isWhitespace(c) && "(),<>=!'\"".indexOf(c) < 0;
    }

    private boolean acceptWord(String word) {
        skipSpace();
        int end = at + word.length();
        boolean found = text.regionMatches(true, at, word, 0, word.length())
                && (end == text.length() || !SchemaText.isNamePart(text.charAt(end)));
        at = found ? end : at;
        return found;
    }

    private boolean accept(String sign) {
        skipSpace();
        boolean found = text.startsWith(sign, at);
        at += found ? sign.length() : 0;
        return found;
    }

    private void expect(String sign) {
        if (!accept(sign)) {
            throw refusal("'" + sign + "'", at);
        }
    }

    private boolean hasMore() {
        skipSpace();
        return at < text.length();
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private WhereException refusal(String expected, int position) {
        return new WhereException(text, position, "expected " + expected);
    }
}
