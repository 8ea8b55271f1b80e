using System.Numerics;
using System.Runtime.InteropServices;

namespace Emergence.TestKit.Sae;

/// <summary>
/// Activations with a known answer: each is a sum of a few of <c>features</c> fixed unit directions, drawn with heavy-tailed frequencies
/// 1/(rank + 10), with amplitudes near 1, a constant offset and a little noise. Everything follows from the seed.
/// </summary>
public sealed class PlantedDictionary
{
    private readonly double[] _cumulative;
    private readonly float[] _offset;
    private readonly int _active;

    /// <param name="dimension">d.</param>
    /// <param name="features">True directions.</param>
    /// <param name="active">Directions in each activation.</param>
    /// <param name="seed">Seed of directions and frequencies.</param>
    /// <param name="offset">Standard deviation of the constant offset's entries; the activations' own is about √(active/d).</param>
    public PlantedDictionary(int dimension, int features, int active, int seed, double offset = 0.05)
    {
        var random = new Random(seed);
        Dimension = dimension;
        _active = active;
        Directions = Enumerable.Range(0, features).Select(_ => Unit(random, dimension)).ToArray();
        var weights = Enumerable.Range(0, features).Select(i => 1.0 / (i + 11)).ToArray();
        random.Shuffle(weights);
        _cumulative = new double[features];
        var sum = 0.0;
        for (var i = 0; i < features; i++)
        {
            _cumulative[i] = sum += weights[i];
        }

        _offset = Enumerable.Range(0, dimension).Select(_ => (float)(offset * Normal(random))).ToArray();
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>The true directions, unit vectors.</summary>
    public float[][] Directions { get; private init; }

    /// <summary>The same concepts after every direction has turned by an angle, each in a random plane.</summary>
    public PlantedDictionary Rotated(double degrees, int seed)
    {
        var random = new Random(seed);
        var (cos, sin) = ((float)Math.Cos(degrees * Math.PI / 180), (float)Math.Sin(degrees * Math.PI / 180));
        var turned = Directions.Select(row =>
        {
            var other = Unit(random, Dimension);
            var along = row.Zip(other, (a, b) => a * b).Sum();
            other = Normalised(other.Zip(row, (b, a) => b - (along * a)).ToArray());
            return row.Zip(other, (a, b) => (cos * a) + (sin * b)).ToArray();
        }).ToArray();
        return new PlantedDictionary(this, turned);
    }

    private PlantedDictionary(PlantedDictionary source, float[][] directions)
    {
        Dimension = source.Dimension;
        _active = source._active;
        _cumulative = source._cumulative;
        _offset = source._offset;
        Directions = directions;
    }

    /// <summary>Draws activations, <c>[count, d]</c> row-major.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the draw.</param>
    public float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count * Dimension];
        var chosen = new HashSet<int>();
        for (var n = 0; n < count; n++)
        {
            var row = values.AsSpan(n * Dimension, Dimension);
            for (var i = 0; i < Dimension; i++)
            {
                row[i] = _offset[i] + (float)(0.01 * Normal(random));
            }

            chosen.Clear();
            while (chosen.Count < _active)
            {
                var at = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
                var f = Math.Min(at < 0 ? ~at : at, _cumulative.Length - 1);
                if (chosen.Add(f))
                {
                    var amplitude = (float)Math.Max(0.1, 1 + (0.3 * Normal(random)));
                    var direction = Directions[f];
                    for (var i = 0; i < Dimension; i++)
                    {
                        row[i] += amplitude * direction[i];
                    }
                }
            }
        }

        return values;
    }

    /// <summary>
    /// Draws activations of the same distribution as <see cref="Draw"/>, other ones and some ten times faster; different blocks may be drawn
    /// at the same time.
    /// </summary>
    /// <param name="values"><c>[n, d]</c>, row-major; overwritten.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="block">Which independent part of it.</param>
    public void Fill(Span<float> values, int seed, int block)
    {
        var draws = new SeededDraws(seed, block);
        Span<int> chosen = stackalloc int[_active];
        for (var row = values; row.Length > 0; row = row[Dimension..])
        {
            for (var i = 0; i < Dimension; i++)
            {
                row[i] = _offset[i] + (0.01f * draws.Normal());
            }

            for (var count = 0; count < _active;)
            {
                var at = Array.BinarySearch(_cumulative, draws.Uniform() * _cumulative[^1]);
                var f = Math.Min(at < 0 ? ~at : at, _cumulative.Length - 1);
                if (!chosen[..count].Contains(f))
                {
                    chosen[count++] = f;
                    AddScaled(row[..Dimension], Directions[f], MathF.Max(0.1f, 1 + (0.3f * draws.Normal())));
                }
            }
        }
    }

    /// <summary>For each true direction the greatest cosine with a row of <paramref name="decoder"/> (<c>[rows, d]</c>, unit rows).</summary>
    public float[] GreatestCosines(float[] decoder)
        => Directions.Select(direction =>
        {
            var most = -1f;
            for (var r = 0; r < decoder.Length; r += Dimension)
            {
                var product = 0f;
                for (var i = 0; i < Dimension; i++)
                {
                    product += direction[i] * decoder[r + i];
                }

                most = Math.Max(most, product);
            }

            return most;
        }).ToArray();

    private static void AddScaled(Span<float> row, ReadOnlySpan<float> direction, float amplitude)
    {
        var rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        var directions = MemoryMarshal.Cast<float, Vector<float>>(direction);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] += amplitude * directions[i];
        }

        for (var i = rows.Length * Vector<float>.Count; i < row.Length; i++)
        {
            row[i] += amplitude * direction[i];
        }
    }

    private static float[] Unit(Random random, int n) => Normalised(Enumerable.Range(0, n).Select(_ => (float)Normal(random)).ToArray());

    private static float[] Normalised(float[] v)
    {
        var norm = MathF.Sqrt(v.Sum(x => x * x));
        return v.Select(x => x / norm).ToArray();
    }

    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
