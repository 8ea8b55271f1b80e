using Emergence.Pipeline.Flow.Engine;

namespace Emergence.Pipeline.Flow;

/// <summary>An output of a declared stage, to be given as <c>from</c> of exactly one other.</summary>
/// <typeparam name="T">The data messages that leave it; barriers leave it too.</typeparam>
public sealed class Port<T>
    where T : Message
{
    internal Port(Outlet outlet) => Outlet = outlet;

    internal Outlet Outlet { get; }
}
