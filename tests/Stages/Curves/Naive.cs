using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves;

/// <summary>
/// The formulas of METRICS as they read, one loop over tokens or documents each, written for the tests and sharing nothing with
/// the program but the tail of Student's t (which has its own test). Labels and documents' weights are given, so the
/// same code serves the real statistic, permutations and bootstrap draws.
/// </summary>
internal sealed class Naive(ProbeSet probe, float[][] activations, int[] labels, int[] weights)
{
    private readonly int[] _documentOf = [.. Enumerable.Range(0, probe.TokenCount).Select(probe.DocumentOf)];

    public int Features => activations.Length;

    private int D => probe.Documents.Count;

    public double X(int f, int c, int d) => Tokens(d).Count(t => activations[f][t] > 0 && labels[t] == c);

    public double Y(int f, int c, int d) => Tokens(d).Count(t => activations[f][t] > 0 && labels[t] >= 0 && labels[t] != c);

    public double N(int c, int d) => Tokens(d).Count(t => labels[t] == c);

    public double M(int c, int d) => Tokens(d).Count(t => labels[t] >= 0 && labels[t] != c);

    public double Sum(Func<int, double> of, int? half = null) => Enumerable.Range(0, D).Where(d => half is null || d % 2 == half).Sum(d => weights[d] * of(d));

    public int DocumentsWith(int f, int c) => Enumerable.Range(0, D).Sum(d => X(f, c, d) > 0 ? weights[d] : 0);

    public int Clusters(int c) => Math.Min(Enumerable.Range(0, D).Count(d => N(c, d) > 0), Enumerable.Range(0, D).Count(d => M(c, d) > 0));

    public double F1(int f, int c, int? half = null)
    {
        double x = Sum(d => X(f, c, d), half), y = Sum(d => Y(f, c, d), half), n = Sum(d => N(c, d), half);
        if (x == 0)
        {
            return 0;
        }

        double precision = x / (x + y), recall = x / n;
        return 2 * precision * recall / (precision + recall);
    }

    public double Z(int f, int c)
    {
        double n = Sum(d => N(c, d)), m = Sum(d => M(c, d)), x = Sum(d => X(f, c, d)), y = Sum(d => Y(f, c, d));
        if (n == 0 || m == 0)
        {
            return 0;
        }

        double r = x / n, q0 = y / m;
        var v = D / (D - 1.0) * Sum(d => Math.Pow((X(f, c, d) - r * N(c, d)) / n - (Y(f, c, d) - q0 * M(c, d)) / m, 2));
        if (Math.Abs(r - q0) < 1e-15)
        {
            return 0;
        }

        if (v < 1e-20)
        {
            double rs = (x + 0.5) / (n + 1), qs = (y + 0.5) / (m + 1);
            v = rs * (1 - rs) / n + qs * (1 - qs) / m;
        }

        return (r - q0) / Math.Sqrt(v);
    }

    public bool CountsPass(int f, int c)
    {
        double x = Sum(d => X(f, c, d)), y = Sum(d => Y(f, c, d)), n = Sum(d => N(c, d)), m = Sum(d => M(c, d));
        return x >= 20 && x / (x + y) >= 0.5 && x / (x + y) / (n / (n + m)) >= 2 && DocumentsWith(f, c) >= 5;
    }

    /// <summary>best_f1: chosen on one half, scored on the other, both ways; null when a half lacks the category.</summary>
    public double? BestF1(int c)
    {
        if (Sum(d => N(c, d), 0) == 0 || Sum(d => N(c, d), 1) == 0)
        {
            return null;
        }

        return (OneWay(0) + OneWay(1)) / 2;

        double OneWay(int half)
        {
            var chosen = Enumerable.Range(0, Features).MaxBy(f => Math.Round(F1(f, c, half), 12));
            return F1(chosen, c, half) > 0 ? F1(chosen, c, 1 - half) : 0;
        }
    }

    public double Coverage(int c, IEnumerable<int> categorical)
    {
        var features = categorical.ToArray();
        var covered = Sum(d => Tokens(d).Count(t => labels[t] == c && features.Any(f => activations[f][t] > 0)));
        var tokens = Sum(d => N(c, d));
        return tokens > 0 ? covered / tokens : double.NaN;
    }

    private IEnumerable<int> Tokens(int d) => Enumerable.Range(probe.FirstToken[d], probe.FirstToken[d + 1] - probe.FirstToken[d]).Where(t => _documentOf[t] == d);
}
