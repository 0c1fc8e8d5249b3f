package lightcache4j.model.run.cache;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Fits of least squares.
final class LeastSquares {
    private LeastSquares() {}

    /// The polynomial that comes nearest to points `(x, y)`, its highest power first, as
    /// `numpy.polyfit` gives it. Of a lower degree where there are too few different `x`; the
    /// coefficients above it are then 0.
    ///
    /// By Householder's reflections (Golub and Van Loan, Matrix Computations, 5.2) of the matrix of
    /// powers, whose columns are brought to length 1 first.
    static List<Double> polynomial(List<Double> x, List<Double> y, int degree) {
        int terms = Math.min(degree + 1, (int) x.stream().distinct().count());
        double[] right = y.stream().mapToDouble(Double::doubleValue).toArray();
        double[][] columns = new double[terms][];
        double[] sizes = new double[terms];
        for (int j = 0; j < terms; j++) {
            int power = terms - 1 - j;
            columns[j] = x.stream().mapToDouble(v -> Math.pow(v, power)).toArray();
            sizes[j] = Math.sqrt(dot(columns[j], columns[j], 0));
            scale(columns[j], 1 / sizes[j]);
        }
        for (int j = 0; j < terms; j++) {
            triangulate(columns, right, j);
        }
        double[] solution = solve(columns, right);
        List<Double> coefficients = new ArrayList<>(Collections.nCopies(degree + 1 - terms, 0.0));
        for (int j = 0; j < terms; j++) {
            coefficients.add(solution[j] / sizes[j]);
        }
        return coefficients;
    }

    /// Reflects all columns from `j` on, and the right side, so that column `j` is 0 below its
    /// diagonal.
    private static void triangulate(double[][] columns, double[] right, int j) {
        double[] mirror = columns[j].clone();
        double size = Math.sqrt(dot(mirror, mirror, j));
        mirror[j] += Math.copySign(size, mirror[j]);
        double squares = dot(mirror, mirror, j);
        if (squares == 0) {
            return;
        }
        for (int k = j; k < columns.length; k++) {
            reflect(columns[k], mirror, squares, j);
        }
        reflect(right, mirror, squares, j);
    }

    private static void reflect(double[] vector, double[] mirror, double squares, int from) {
        double share = 2 * dot(vector, mirror, from) / squares;
        for (int i = from; i < vector.length; i++) {
            vector[i] -= share * mirror[i];
        }
    }

    private static double[] solve(double[][] columns, double[] right) {
        double[] solution = new double[columns.length];
        for (int i = columns.length - 1; i >= 0; i--) {
            double sum = right[i];
            for (int j = i + 1; j < columns.length; j++) {
                sum -= columns[j][i] * solution[j];
            }
            solution[i] = sum / columns[i][i];
        }
        return solution;
    }

    private static double dot(double[] a, double[] b, int from) {
        double sum = 0;
        for (int i = from; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void scale(double[] vector, double factor) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }
}
