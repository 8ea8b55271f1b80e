using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow;

/// <summary>A data message with a number; may be made to fail when it is disposed.</summary>
internal sealed class Item(LeaseCounter leases, long number, int branch = 0) : Message(leases), IShareable
{
    public long Number { get; } = number;

    public int Branch { get; } = branch;

    public Exception? FailsInDispose { get; init; }

    public Action<Exception>? WhenItFails { get; init; }

    public Message Share() => new Item(Leases, Number, Branch);

    public override string ToString() => $"item {Number}";

    protected override void Release()
    {
        if (FailsInDispose is not null)
        {
            WhenItFails?.Invoke(FailsInDispose);
            throw FailsInDispose;
        }
    }
}
