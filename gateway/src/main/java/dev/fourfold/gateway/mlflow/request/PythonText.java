package dev.fourfold.gateway.mlflow.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Writes values as Python would, because MLflow's messages hold them. */
public final class PythonText {

    /** Longer values are cut in messages. */
    private static final int LONGEST = 2000;

    private PythonText() {}

    /** {@code json.dumps(text)}: ASCII only. */
    public static String dumps(String text) {
        String cut = cut(text);
        var out = new StringBuilder(cut.length() + 2).append('"');
        for (int i = 0; i < cut.length(); i++) {
            char c = cut.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append("\\u").append(java.util.HexFormat.of().toHexDigits(c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** {@code repr(text)} of a string: in single quotes, unless it holds only those. */
    public static String repr(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        var out = new StringBuilder(text.length() + 2).append(quote);
        text.codePoints().forEach(c -> {
            if (c == quote || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\r') {
                out.append("\\r");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (c < ' ' || c == 0x7f) {
                out.append("\\x").append(java.util.HexFormat.of().toHexDigits((byte) c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append(quote).toString();
    }

    /** {@code repr(value)} of a float. */
    public static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        if (size == 0 || (size >= 1e-4 && size < 1e16)) {
            String plain = value == 0 ? Double.toString(value) : new BigDecimal(Double.toString(value)).toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String text = Double.toString(value);
        int e = text.indexOf('E');
        String mantissa = text.substring(0, e);
        int exponent = Integer.parseInt(text.substring(e + 1));
        if (mantissa.endsWith(".0")) {
            mantissa = mantissa.substring(0, mantissa.length() - 2);
        }
        return mantissa + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    /** The name of the type that Python gives to the JSON value at the parser's token. */
    static String typeName(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> "str";
            case VALUE_NUMBER_INT -> "int";
            case VALUE_NUMBER_FLOAT -> "float";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            case START_ARRAY -> "list";
            case START_OBJECT -> "dict";
            default -> "NoneType";
        };
    }

    /** {@code json.dumps(value, sort_keys=True, separators=(",", ":"))} of the value at the parser, which is consumed. */
    static String dumps(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_STRING -> dumps(in.getText());
            case VALUE_NUMBER_INT -> cut(in.getText());
            case VALUE_NUMBER_FLOAT -> {
                double value = in.getDoubleValue();
                yield Double.isNaN(value)
                        ? "NaN"
                        : Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : repr(value);
            }
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            case START_ARRAY -> {
                var items = new StringJoiner(",", "[", "]");
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    add(items, dumps(in));
                }
                yield cut(items.toString());
            }
            case START_OBJECT -> {
                var sorted = new TreeMap<String, String>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String name = in.currentName();
                    in.nextToken();
                    sorted.put(name, dumps(in));
                }
                var members = new StringJoiner(",", "{", "}");
                sorted.forEach((name, value) -> add(members, dumps(name) + ":" + value));
                yield cut(members.toString());
            }
            default -> "null";
        };
    }

    /** What is beyond the cut need not be kept: the whole is thrown away but for a message's worth. */
    private static void add(StringJoiner joiner, String text) {
        if (joiner.length() <= LONGEST) {
            joiner.add(text);
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
