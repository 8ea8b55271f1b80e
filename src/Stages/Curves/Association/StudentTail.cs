namespace Emergence.Stages.Curves.Association;

/// <summary>
/// Upper tail of Student's t distribution with ν degrees of freedom,
/// <c>P(T ≥ t) = ½ I_x(ν/2, ½)</c>, <c>x = ν / (ν + t²)</c>, with I the regularised incomplete beta function by its continued
/// fraction (NIST DLMF 8.17.22, evaluated by the modified Lentz method). Relative accuracy about 10⁻¹³ far into the tail.
/// </summary>
/// <remarks>
/// Why t and not the normal: v is estimated from as many independent pieces as there are documents, for a genre often five or
/// ten, and at the levels Benjamini-Hochberg works at (10⁻⁶) a normal tail is then wrong by orders of magnitude. For many
/// documents the two agree.
/// </remarks>
internal sealed class StudentTail
{
    /// <summary>No p-value is smaller: what would underflow is reported as this, so that q never becomes 0.</summary>
    public const double Least = 2.2250738585072014e-308;

    private readonly double _degrees;
    private readonly double _logBeta;

    public StudentTail(int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        _degrees = degrees;

        // B(½, ½) = π, B(1, ½) = 2, B(a + 1, ½) = B(a, ½) · a / (a + ½).
        var beta = degrees % 2 == 1 ? Math.PI : 2;
        for (var a = degrees % 2 == 1 ? 0.5 : 1; a < degrees / 2.0; a++)
        {
            beta *= a / (a + 0.5);
        }

        _logBeta = Math.Log(beta);
    }

    /// <summary>P(T ≥ t), from <see cref="Least"/> to 1.</summary>
    public double Upper(double t)
    {
        if (double.IsNaN(t))
        {
            return 1;
        }

        var half = 0.5 * TwoSided(Math.Abs(t));
        return t >= 0 ? Math.Max(half, Least) : 1 - half;
    }

    private double TwoSided(double t)
    {
        var square = t * t;
        if (double.IsPositiveInfinity(square))
        {
            return 0;
        }

        var a = _degrees / 2;
        const double b = 0.5;
        var x = _degrees / (_degrees + square);
        var rest = square / (_degrees + square);
        if (rest == 0)
        {
            return 1;
        }

        var front = Math.Exp(a * Math.Log(x) + b * Math.Log(rest) - _logBeta);

        // The fraction converges fast on one side of (a + 1) / (a + b + 2); I_x(a, b) = 1 − I_{1−x}(b, a) serves the other.
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - front * Fraction(b, a, rest) / b;
    }

    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300;
        var c = 1.0;
        var d = 1 / NotZero(1 - (a + b) * x / (a + 1));
        var fraction = d;
        for (var m = 1; m <= 500; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / NotZero(1 + even * d);
            c = NotZero(1 + even / c);
            fraction *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / NotZero(1 + odd * d);
            c = NotZero(1 + odd / c);
            fraction *= d * c;
            if (Math.Abs(d * c - 1) < 1e-15)
            {
                break;
            }
        }

        return fraction;

        static double NotZero(double value) => Math.Abs(value) < tiny ? tiny : value;
    }
}
