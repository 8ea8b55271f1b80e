namespace Emergence.Stages.Sae.Formats;

/// <summary>An SAE as its files hold it, for raw activations.</summary>
internal sealed record SavedWeights
{
    /// <summary>The architecture as the format names it: <c>topk</c>, <c>jumprelu</c> or <c>standard</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Active latents per row; null where not a number but thresholds decide.</summary>
    public required int? K { get; init; }

    /// <summary>W_encᵀ <c>[F, d]</c>.</summary>
    public required float[] Encoder { get; init; }

    /// <summary><c>[F]</c>.</summary>
    public required float[] EncoderBias { get; init; }

    /// <summary>W_dec <c>[F, d]</c>.</summary>
    public required float[] Decoder { get; init; }

    /// <summary><c>[d]</c>.</summary>
    public required float[] DecoderBias { get; init; }

    /// <summary><c>[F]</c>, 0 or more: a latent fires above its own; null where k decides.</summary>
    public required float[]? Thresholds { get; init; }

    /// <summary>Whether b_dec is subtracted before the encoder.</summary>
    public bool CentreInput { get; init; } = true;

    /// <summary>Matrix <c>[columns, rows]</c> of one of <c>[rows, columns]</c>, both row-major.</summary>
    public static float[] Transposed(float[] values, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                result[((long)c * rows) + r] = values[((long)r * columns) + c];
            }
        }

        return result;
    }
}
