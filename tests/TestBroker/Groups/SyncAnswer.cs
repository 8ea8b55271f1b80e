using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Groups;

/// <summary>What a member gets.</summary>
/// <param name="Error">Why it gets nothing.</param>
/// <param name="Assignment">Its partitions, as the leader wrote them.</param>
internal sealed record SyncAnswer(ErrorCode Error, ReadOnlyMemory<byte> Assignment = default);
