using Emergence.Pipeline.Flow.Engine;

namespace Emergence.Pipeline.Flow;

/// <summary>
/// A declared fan-out: every branch gets every message, in order. The tee waits for each branch in turn, so a slow branch holds up
/// the others, unless the stage behind it drops the oldest when full.
/// </summary>
/// <typeparam name="T">What flows through.</typeparam>
public sealed class Tee<T>
    where T : Message
{
    private readonly TeeNode _node;

    internal Tee(TeeNode node) => _node = node;

    /// <summary>Declares another branch.</summary>
    /// <returns>The branch, to be given as <c>from</c> of one stage.</returns>
    public Port<T> Branch() => new(_node.AddOutlet(typeof(T)));
}
