package lightcache4j.model.text.jinja;

/// Arithmetic as Python has it: division of integers gives a fraction, `//` and `%` round down, and
/// nothing overflows in silence.
final class Numbers {
    private Numbers() {}

    static Number compute(String operator, Number left, Number right) {
        try {
            return left instanceof Long a && right instanceof Long b
                    ? integers(operator, a, b)
                    : reals(operator, left.doubleValue(), right.doubleValue());
        } catch (ArithmeticException e) {
            throw new TemplateError(
                    "chat template: %s %s %s fails (%s), wanted a number of 64 bits"
                            .formatted(left, operator, right, e.getMessage()));
        }
    }

    private static Number integers(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> Math.floorDivExact(a, b);
            case "%" -> Math.floorMod(a, b);
            case "/" -> divided((double) a, (double) b);
            default -> power(a, b);
        };
    }

    private static Number power(long base, long exponent) {
        if (exponent < 0) {
            return Math.pow((double) base, (double) exponent);
        }
        if (base >= -1 && base <= 1) {
            return (base == -1 && exponent % 2 == 0) || exponent == 0 ? 1 : base;
        }
        long result = 1;
        for (long i = 0; i < exponent; i++) {
            result = Math.multiplyExact(result, base);
        }
        return result;
    }

    private static Number reals(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "//" -> Math.floor(divided(a, b));
            case "%" -> a - b * Math.floor(divided(a, b));
            case "/" -> divided(a, b);
            default -> Math.pow(a, b);
        };
    }

    private static double divided(double a, double b) {
        if (b == 0) {
            throw new ArithmeticException("division by zero");
        }
        return a / b;
    }
}
