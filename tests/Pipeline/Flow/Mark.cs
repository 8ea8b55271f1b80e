using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow;

/// <summary>A barrier with a number.</summary>
internal sealed class Mark(LeaseCounter leases, int number) : BarrierMessage(leases)
{
    public int Number { get; } = number;

    public override Message Share() => new Mark(Leases, Number);

    public override string ToString() => $"mark {Number}";
}
