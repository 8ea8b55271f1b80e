namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// A batch's codes turned round, latent by latent (compressed sparse columns): with it each latent's gradient rows are summed by one
/// worker in token order, whatever the number of workers.
/// </summary>
internal sealed class LatentIndex
{
    private readonly int[] _starts;
    private readonly int[] _next;
    private readonly int[] _tokens;
    private readonly float[] _values;
    private readonly float[] _gradients;

    /// <param name="latents">Number of latents.</param>
    /// <param name="capacity">Most entries.</param>
    public LatentIndex(int latents, int capacity)
    {
        _starts = new int[latents + 1];
        _next = new int[latents];
        _tokens = new int[capacity];
        _values = new float[capacity];
        _gradients = new float[capacity];
    }

    /// <summary>Indexes the codes of the first <paramref name="rows"/> tokens; activations are multiplied by <paramref name="scale"/>.</summary>
    public void Build(SparseCodes codes, int rows, float scale)
    {
        Array.Clear(_starts);
        for (var r = 0; r < rows; r++)
        {
            foreach (var latent in codes.LatentsOf(r))
            {
                _starts[latent + 1]++;
            }
        }

        for (var f = 0; f < _next.Length; f++)
        {
            _next[f] = _starts[f];
            _starts[f + 1] += _starts[f];
        }

        for (var r = 0; r < rows; r++)
        {
            var end = codes.Starts[r] + codes.Counts[r];
            for (var i = codes.Starts[r]; i < end; i++)
            {
                var place = _next[codes.Latents[i]]++;
                _tokens[place] = r;
                _values[place] = codes.Values[i] * scale;
                _gradients[place] = codes.Gradients[i];
            }
        }
    }

    public int Count(int latent) => _starts[latent + 1] - _starts[latent];

    /// <summary>Tokens on which the latent is active, ascending.</summary>
    public ReadOnlySpan<int> Tokens(int latent) => _tokens.AsSpan(_starts[latent], Count(latent));

    /// <summary>Its scaled activations there.</summary>
    public ReadOnlySpan<float> Values(int latent) => _values.AsSpan(_starts[latent], Count(latent));

    /// <summary>The loss's derivatives by its activations there.</summary>
    public ReadOnlySpan<float> Gradients(int latent) => _gradients.AsSpan(_starts[latent], Count(latent));
}
