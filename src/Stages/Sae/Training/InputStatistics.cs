namespace Emergence.Stages.Sae.Training;

/// <summary>Mean μ and scale s of the activations: standardised x is s·(x − μ), with E‖s·(x − μ)‖ = √d.</summary>
internal sealed class InputStatistics
{
    public InputStatistics(int dimension) => Mean = new float[dimension];

    /// <summary><c>[d]</c>.</summary>
    public float[] Mean { get; }

    /// <summary>Above zero.</summary>
    public float Scale { get; set; } = 1;

    /// <summary>Estimates both from <paramref name="rows"/> activations, row-major.</summary>
    public void Estimate(ReadOnlySpan<float> values, int rows)
    {
        var d = Mean.Length;
        var sum = new double[d];
        for (var r = 0; r < rows; r++)
        {
            for (var i = 0; i < d; i++)
            {
                sum[i] += values[(r * d) + i];
            }
        }

        for (var i = 0; i < d; i++)
        {
            Mean[i] = (float)(sum[i] / rows);
        }

        var norms = 0.0;
        for (var r = 0; r < rows; r++)
        {
            var squares = 0.0;
            for (var i = 0; i < d; i++)
            {
                var difference = values[(r * d) + i] - (double)Mean[i];
                squares += difference * difference;
            }

            norms += Math.Sqrt(squares);
        }

        var scale = (float)(Math.Sqrt(d) * rows / norms);
        // All activations equal (a dead layer), or so far apart that the scale is no normal number: leave the unit as it is.
        Scale = float.IsNormal(scale) ? scale : 1;
    }

    /// <summary>No centring, no scaling.</summary>
    public void SetIdentity()
    {
        Array.Clear(Mean);
        Scale = 1;
    }
}
