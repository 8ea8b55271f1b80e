namespace Emergence.Stages.Curves;

/// <summary>The strongest occurrences of features, those of one behind those of the one before.</summary>
/// <param name="Offsets">Where each feature's begin, and where the last one's end; ascending from 0.</param>
/// <param name="Documents">Indices of probe documents.</param>
/// <param name="Positions">Token positions in them.</param>
/// <param name="Activations">The feature's activations there.</param>
public sealed record ContextColumns(ReadOnlyMemory<int> Offsets, ReadOnlyMemory<int> Documents, ReadOnlyMemory<int> Positions, ReadOnlyMemory<float> Activations)
{
    /// <summary>Those of one feature, strongest first.</summary>
    /// <param name="index">Its place.</param>
    public IReadOnlyList<TopContext> this[int index]
    {
        get
        {
            var (start, end) = (Offsets.Span[index], Offsets.Span[index + 1]);
            var contexts = start == end ? [] : new TopContext[end - start];
            for (var i = start; i < end; i++)
            {
                contexts[i - start] = new TopContext(Documents.Span[i], Positions.Span[i], Activations.Span[i]);
            }

            return contexts;
        }
    }
}
