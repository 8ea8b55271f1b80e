namespace Emergence.Stages.Sae.Kernels;

/// <summary>A selection in work: latents ascending, and their values.</summary>
internal static class Chosen
{
    /// <summary>
    /// Drops what is below <paramref name="last"/>, the value of rank <paramref name="k"/>, and of those equal to it the last ones too many.
    /// Returns how many are left.
    /// </summary>
    public static int KeepGreatest(Span<int> latents, Span<float> values, int count, int k, float last)
    {
        var greater = 0;
        for (var i = 0; i < count; i++)
        {
            greater += values[i] > last ? 1 : 0;
        }

        var equalsLeft = k - greater;
        var kept = 0;
        for (var i = 0; i < count && kept < k; i++)
        {
            var value = values[i];
            if (value > last || (value == last && equalsLeft-- > 0))
            {
                latents[kept] = latents[i];
                values[kept++] = value;
            }
        }

        return kept;
    }
}
