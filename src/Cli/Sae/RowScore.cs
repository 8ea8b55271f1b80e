using Emergence.Stages.Activations;
using Emergence.Stages.Firing;
using Emergence.Stages.Input;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>Encodes rows of a file piece by piece and adds up how well they are rebuilt.</summary>
/// <param name="file">The file.</param>
/// <param name="features">F.</param>
/// <param name="encode">Encodes rows; appends firings and adds to the sums.</param>
/// <param name="time">The clock.</param>
internal sealed class RowScore(ActivationFile file, int features, RowScore.Encoder encode, TimeProvider time)
{
    /// <summary>Encodes rows.</summary>
    public delegate void Encoder(ReadOnlySpan<float> x, TokenFirings into, ReconstructionSums sums);

    /// <summary>What the rows gave so far.</summary>
    public ReconstructionSums Sums { get; } = new(file.Dimension, features);

    /// <summary>Seconds spent reading.</summary>
    public double ReadSeconds { get; private set; }

    /// <summary>Seconds spent encoding.</summary>
    public double EncodeSeconds { get; private set; }

    /// <summary>Scores rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="each">Told of each piece: its first row counted from <paramref name="first"/>, and its firings. Null when nobody asks.</param>
    /// <param name="stop">Gives up between pieces.</param>
    /// <exception cref="BadInputException">A number is not finite.</exception>
    public void Run(long first, long count, Action<int, TokenFirings>? each, CancellationToken stop)
    {
        var rows = (int)Math.Min(count, Math.Max(1, SaeTrainLimits.PieceValues / file.Dimension));
        var buffer = new float[rows * file.Dimension];
        var firings = new TokenFirings();
        for (long done = 0; done < count; done += rows)
        {
            stop.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(rows, count - done) * file.Dimension);
            var start = time.GetTimestamp();
            file.Read(first + done, piece);
            ReadSeconds += time.GetElapsedTime(start).TotalSeconds;

            start = time.GetTimestamp();
            firings.Reset();
            try
            {
                encode(piece, firings, Sums);
            }
            catch (NonFiniteActivationException e)
            {
                throw new BadInputException(file.Path, $"row {first + done + e.Token}", $"number {e.Dimension} is not finite", "Leave such rows out, or mend what made them", e);
            }

            EncodeSeconds += time.GetElapsedTime(start).TotalSeconds;
            each?.Invoke((int)done, firings);
        }
    }
}
