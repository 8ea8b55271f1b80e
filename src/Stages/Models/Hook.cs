namespace Emergence.Stages.Models;

/// <summary>A hook point of one block.</summary>
/// <param name="Layer">The block, from 0.</param>
/// <param name="Point">The place in it.</param>
public readonly record struct Hook(int Layer, HookPoint Point)
{
    /// <summary>Its name as people write it: <c>layers.3.resid_post</c>.</summary>
    public string Name => $"layers.{Layer}.{HookPoints.Name(Point)}";

    /// <summary>Its name in the words of TransformerLens and SAELens: <c>blocks.3.hook_resid_post</c>.</summary>
    public string LensName => $"blocks.{Layer}.hook_{HookPoints.Name(Point)}";

    /// <summary>Place in the order in which a model computes its hook points.</summary>
    internal int Order => (Layer * HookPoints.All.Count) + (int)Point;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
