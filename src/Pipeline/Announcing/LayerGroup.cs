namespace Emergence.Pipeline.Announcing;

/// <summary>Layers that one worker watches.</summary>
/// <param name="Name">Its name, such as <c>layers-0-3</c>: the folder of its run, and the end of its messages' key.</param>
/// <param name="Layers">Its layers, ascending.</param>
public sealed record LayerGroup(string Name, IReadOnlyList<int> Layers)
{
    /// <summary>A group with the name that its layers give it.</summary>
    /// <param name="layers">Layers, ascending, at least one.</param>
    public static LayerGroup Of(IReadOnlyList<int> layers) =>
        new(layers.Count == 1 ? $"layers-{layers[0]}" : $"layers-{layers[0]}-{layers[^1]}", layers);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
