using System.Runtime.InteropServices;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// The codes of a batch turned round, latent by latent (compressed sparse columns), tokens ascending: with it each latent's gradient rows
/// are summed by one worker in a fixed order. Pieces count and fill side by side.
/// </summary>
internal sealed class LatentIndex
{
    private readonly int _latents;
    private readonly int[][] _places;
    private readonly int[] _starts;
    private Entry[] _entries;

    /// <param name="latents">Number of latents.</param>
    /// <param name="pieces">Most pieces of a batch.</param>
    /// <param name="entries">Entries that there is room for at once.</param>
    public LatentIndex(int latents, int pieces, int entries)
    {
        _entries = GC.AllocateUninitializedArray<Entry>(entries, pinned: true);
        _latents = latents;
        _starts = new int[latents + 1];
        _places = new int[pieces][];
        for (var i = 0; i < pieces; i++)
        {
            _places[i] = new int[latents];
        }
    }

    /// <summary>One active latent of one token.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Entry
    {
        /// <summary>Row of the error (for a nested prefix: of that prefix's error).</summary>
        public int Error;

        /// <summary>Row of the batch.</summary>
        public int Token;

        /// <summary>Activation.</summary>
        public float Value;

        /// <summary>Derivative of the loss by the activation.</summary>
        public float Slope;
    }

    /// <summary>First step: how often each latent occurs in the piece.</summary>
    public void CountPiece(int piece, CodePiece codes)
    {
        var places = _places[piece];
        Array.Clear(places);
        foreach (var latent in codes.Latents.AsSpan(0, codes.Count))
        {
            places[latent]++;
        }
    }

    /// <summary>Second step, once all pieces are counted.</summary>
    public void Place(int pieces)
    {
        var total = 0;
        for (var f = 0; f < _latents; f++)
        {
            _starts[f] = total;
            for (var p = 0; p < pieces; p++)
            {
                var count = _places[p][f];
                _places[p][f] = total;
                total += count;
            }
        }

        _starts[_latents] = total;
        if (_entries.Length < total)
        {
            _entries = GC.AllocateUninitializedArray<Entry>(total + (total / 4), pinned: true);
        }
    }

    /// <summary>Third step: puts the piece's entries into their places.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="codes">Its codes.</param>
    /// <param name="first">Row of its first token in the batch.</param>
    /// <param name="scale">Factor on activations.</param>
    /// <param name="slopeScale">Factor on slopes.</param>
    /// <param name="prefixEnds">Ends of the nested prefixes; an entry's error row is that of the first prefix which holds its latent.</param>
    /// <param name="batchRows">Rows of one prefix's errors.</param>
    public void FillPiece(int piece, CodePiece codes, int first, float scale, float slopeScale, int[] prefixEnds, int batchRows)
    {
        var places = _places[piece];
        var (latents, values, slopes) = (codes.Latents, codes.Values, codes.Slopes);
        for (var r = 0; r < codes.Rows; r++)
        {
            var row = first + r;
            var prefix = 0;
            var end = codes.EndOf(r);
            for (var i = codes.StartOf(r); i < end; i++)
            {
                var latent = latents[i];
                while (latent >= prefixEnds[prefix])
                {
                    prefix++;
                }

                _entries[places[latent]++] = new Entry
                {
                    Error = (prefix * batchRows) + row,
                    Token = row,
                    Value = values[i] * scale,
                    Slope = slopes[i] * slopeScale,
                };
            }
        }
    }

    /// <summary>The tokens on which a latent is active.</summary>
    public Span<Entry> Of(int latent) => _entries.AsSpan(_starts[latent], _starts[latent + 1] - _starts[latent]);
}
