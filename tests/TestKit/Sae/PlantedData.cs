namespace Emergence.TestKit.Sae;

/// <summary>
/// Activations of a <see cref="PlantedDictionary"/> in two <c>.npy</c> files, to train on and held out, scaled so that the mean of ‖x‖²
/// over the training rows is 1. Made in parallel, block by block, each from its own seed: the same bytes for any number of threads.
/// </summary>
public sealed class PlantedData
{
    private const int BlockRows = 4096;

    private PlantedData(PlantedDictionary dictionary, string training, string heldOut)
        => (Dictionary, TrainingFile, HeldOutFile) = (dictionary, training, heldOut);

    /// <summary>What they were drawn from.</summary>
    public PlantedDictionary Dictionary { get; }

    /// <summary>Matrix <c>[rows, d]</c> to train on.</summary>
    public string TrainingFile { get; }

    /// <summary>Matrix <c>[rows, d]</c> that nothing is trained on.</summary>
    public string HeldOutFile { get; }

    /// <summary>Draws and writes both files.</summary>
    /// <param name="dictionary">Directions, frequencies, offset.</param>
    /// <param name="rows">Rows to train on.</param>
    /// <param name="heldOut">Rows held out.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="folder">Where <c>training.npy</c> and <c>held-out.npy</c> are written.</param>
    /// <param name="threads">Most threads; −1 for every core.</param>
    public static PlantedData Write(PlantedDictionary dictionary, int rows, int heldOut, int seed, string folder, int threads = -1)
    {
        var data = new PlantedData(dictionary, Path.Combine(folder, "training.npy"), Path.Combine(folder, "held-out.npy"));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        using var training = NpyMatrix.Create(data.TrainingFile, rows, dictionary.Dimension);
        using var other = NpyMatrix.Create(data.HeldOutFile, heldOut, dictionary.Dimension);
        var trainingBlocks = Blocks(rows);
        var squares = new double[trainingBlocks];
        Parallel.For(0, trainingBlocks + Blocks(heldOut), parallel, b =>
        {
            var (matrix, block) = b < trainingBlocks ? (training, b) : (other, b - trainingBlocks);
            var values = new float[RowsOf(matrix, block) * dictionary.Dimension];
            dictionary.Fill(values, seed, b);
            matrix.Write((long)block * BlockRows, values);
            if (b < trainingBlocks)
            {
                squares[b] = values.Sum(v => (double)v * v);
            }
        });

        // A second pass, because the scale is known only when every block is: added up in the blocks' order, whatever the threads did.
        var scale = (float)(1 / Math.Sqrt(squares.Sum() / rows));
        Parallel.For(0, trainingBlocks + Blocks(heldOut), parallel, b =>
        {
            var (matrix, block) = b < trainingBlocks ? (training, b) : (other, b - trainingBlocks);
            var values = new float[RowsOf(matrix, block) * dictionary.Dimension];
            matrix.Read((long)block * BlockRows, values);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] *= scale;
            }

            matrix.Write((long)block * BlockRows, values);
        });
        return data;
    }

    private static int Blocks(int rows) => (rows + BlockRows - 1) / BlockRows;

    private static int RowsOf(NpyMatrix matrix, int block) => (int)Math.Min(BlockRows, matrix.Rows - ((long)block * BlockRows));
}
