using Emergence.TestKit;
using Emergence.TestKit.Sae;

namespace Emergence.Stages.Tests.Sae.Planted;

/// <summary>The benchmark's data: what it is drawn from can be read back out of it.</summary>
public sealed class PlantedDataTests
{
    private const int D = 11;

    [Fact]
    public void The_same_seed_gives_the_same_files_on_any_number_of_threads_and_another_seed_gives_others()
    {
        using var folder = new TemporaryFolder();
        var dictionary = new PlantedDictionary(D, 7, 2, seed: 3);
        var one = PlantedData.Write(dictionary, 5000, 4100, seed: 9, Directory.CreateDirectory(folder["one"]).FullName, threads: 1);
        var two = PlantedData.Write(dictionary, 5000, 4100, seed: 9, Directory.CreateDirectory(folder["two"]).FullName, threads: 2);
        var other = PlantedData.Write(dictionary, 5000, 4100, seed: 10, Directory.CreateDirectory(folder["other"]).FullName, threads: 2);
        Assert.Equal(File.ReadAllBytes(one.TrainingFile), File.ReadAllBytes(two.TrainingFile));
        Assert.Equal(File.ReadAllBytes(one.HeldOutFile), File.ReadAllBytes(two.HeldOutFile));
        Assert.NotEqual(File.ReadAllBytes(one.TrainingFile), File.ReadAllBytes(other.TrainingFile));
    }

    [Fact]
    public void No_two_rows_are_equal_across_blocks_and_the_held_out_rows_are_new()
    {
        using var folder = new TemporaryFolder();
        var data = PlantedData.Write(new PlantedDictionary(D, 7, 2, seed: 3), 9000, 5000, seed: 9, folder.Path);
        var rows = Rows(data.TrainingFile).Chunk(D).Concat(Rows(data.HeldOutFile).Chunk(D)).Select(row => (row[0], row[1], row[2])).ToList();
        Assert.Equal(14_000, rows.Count);
        Assert.Equal(rows.Count, rows.Distinct().Count());
    }

    [Fact]
    public void Training_rows_have_unit_mean_squared_norm_and_held_out_rows_the_same_scale()
    {
        using var folder = new TemporaryFolder();
        var data = PlantedData.Write(new PlantedDictionary(D, 7, 2, seed: 3), 9000, 5000, seed: 9, folder.Path);
        Assert.Equal(1, Rows(data.TrainingFile).Sum(v => (double)v * v) / 9000, 1e-5);
        Assert.Equal(1, Rows(data.HeldOutFile).Sum(v => (double)v * v) / 5000, 0.05);
    }

    // With as many dimensions as directions, least squares tell exactly which directions are in a row, and how much of each.
    [Fact]
    public void Rows_are_sums_of_distinct_directions_with_the_planted_amplitudes_and_frequencies()
    {
        const int Features = 6;
        const int Active = 2;
        const int Count = 20_000;
        var dictionary = new PlantedDictionary(64, Features, Active, seed: 4, offset: 0);
        var values = new float[Count * 64];
        dictionary.Fill(values, seed: 5, block: 0);

        var found = new double[Features];
        var amplitudes = new List<double>();
        foreach (var row in values.Chunk(64))
        {
            var weights = LeastSquares(dictionary.Directions, row);
            var present = Enumerable.Range(0, Features).Where(f => weights[f] > 0.07).ToList();
            Assert.Equal(Active, present.Count);
            present.ForEach(f => found[f]++);
            amplitudes.AddRange(present.Select(f => weights[f]));
        }

        Assert.Equal(1, amplitudes.Average(), 0.01);
        Assert.Equal(0.3, Math.Sqrt(amplitudes.Average(a => (a - amplitudes.Average()) * (a - amplitudes.Average()))), 0.01);
        Assert.InRange(amplitudes.Min(), 0.06, 0.11);
        // Two distinct draws from weights 1/(rank + 10): f is first, or second after another.
        var zipf = Enumerable.Range(0, Features).Select(i => 1.0 / (i + 11)).ToArray();
        var p = zipf.Select(w => w / zipf.Sum()).ToArray();
        var expected = p.Select(own => own + p.Sum(q => q == own ? 0 : q * own / (1 - q))).Order().ToArray();
        var measured = found.Order().Select(n => n / Count).ToArray();
        Assert.All(expected.Zip(measured), pair => Assert.Equal(pair.First, pair.Second, 0.015));
    }

    [Fact]
    public void A_file_that_is_cut_short_is_refused()
    {
        using var folder = new TemporaryFolder();
        var data = PlantedData.Write(new PlantedDictionary(D, 7, 2, seed: 3), 100, 10, seed: 9, folder.Path);
        using (var file = File.OpenWrite(data.TrainingFile))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.Throws<InvalidDataException>(() => NpyMatrix.Open(data.TrainingFile));
    }

    internal static float[] Rows(string file)
    {
        using var matrix = NpyMatrix.Open(file);
        var values = new float[matrix.Rows * matrix.Columns];
        matrix.Read(0, values);
        return values;
    }

    // Normal equations by Gauss–Jordan: a handful of nearly orthogonal directions.
    private static double[] LeastSquares(float[][] directions, float[] row)
    {
        var n = directions.Length;
        var m = directions.Select(a => directions.Select(b => Dot(a, b)).Append(Dot(a, row)).ToArray()).ToArray();
        for (var i = 0; i < n; i++)
        {
            for (var r = 0; r < n; r++)
            {
                var share = r == i ? 0 : m[r][i] / m[i][i];
                for (var c = i; c <= n; c++)
                {
                    m[r][c] -= share * m[i][c];
                }
            }
        }

        return Enumerable.Range(0, n).Select(i => m[i][n] / m[i][i]).ToArray();

        static double Dot(float[] a, float[] b) => a.Zip(b, (p, q) => (double)p * q).Sum();
    }
}
