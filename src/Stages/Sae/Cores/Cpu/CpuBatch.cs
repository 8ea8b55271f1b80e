using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Sae.Cores.Cpu;

/// <summary>The memory of a training batch, cut into pieces of consecutive tokens that fit a core's cache; made once and used again.</summary>
internal sealed class CpuBatch : IDisposable
{
    /// <param name="rows">Most tokens.</param>
    /// <param name="dimension">d.</param>
    /// <param name="features">F.</param>
    /// <param name="prefixes">Number of nested prefixes.</param>
    /// <param name="perRow">Active latents of a token that there is room for at once, on average; more makes room when it comes.</param>
    public CpuBatch(int rows, int dimension, int features, int prefixes, int perRow)
    {
        Capacity = rows;
        PieceRows = rows >= 2048 ? 256 : rows >= 512 ? 128 : 64;
        Pieces = (rows + PieceRows - 1) / PieceRows;
        Input = new PaddedMatrix(rows, dimension);
        Errors = new PaddedMatrix(checked(rows * prefixes), dimension);
        Codes = new CodePiece[Pieces];
        for (var p = 0; p < Pieces; p++)
        {
            Codes[p] = new CodePiece(PieceRows, perRow);
        }

        Index = new LatentIndex(features, Pieces, checked(rows * perRow));
        FullLosses = new double[Pieces];
        ErrorSums = new PaddedMatrix(Pieces, dimension);
        FullErrorSums = prefixes == 1 ? ErrorSums : new PaddedMatrix(Pieces, dimension);
    }

    public int Capacity { get; }

    /// <summary>Tokens of a piece; fewer in the last one. It does not depend on the number of workers, so neither do sums.</summary>
    public int PieceRows { get; }

    /// <summary>Pieces of a full batch.</summary>
    public int Pieces { get; }

    /// <summary><c>[rows, d]</c>: raw when loaded, xc during a step.</summary>
    public PaddedMatrix Input { get; }

    /// <summary>
    /// <c>[prefixes·rows, d]</c>: for a latent of prefix g, the mean over prefixes i ≥ g of e_i / prefixes stands in row g·rows + token.
    /// </summary>
    public PaddedMatrix Errors { get; }

    /// <summary>Active latents.</summary>
    public CodePiece[] Codes { get; }

    public LatentIndex Index { get; }

    /// <summary>Per piece: Σ‖e‖² of the whole dictionary.</summary>
    public double[] FullLosses { get; }

    /// <summary>Per piece: Σ of the first prefix's row of <see cref="Errors"/>, which is b_dec's direct gradient.</summary>
    public PaddedMatrix ErrorSums { get; }

    /// <summary>Per piece: Σ e of the whole dictionary.</summary>
    public PaddedMatrix FullErrorSums { get; }

    public int PiecesOf(int rows) => (rows + PieceRows - 1) / PieceRows;

    /// <summary>First token of a piece.</summary>
    public int First(int piece) => piece * PieceRows;

    /// <summary>Tokens of a piece of a batch of so many.</summary>
    public int RowsOf(int piece, int rows) => Math.Min(PieceRows, rows - First(piece));

    public void Dispose()
    {
        Input.Dispose();
        Errors.Dispose();
        ErrorSums.Dispose();
        FullErrorSums.Dispose();
    }
}
