using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Groups;

/// <summary>The answer to a member that joins.</summary>
/// <param name="Error">Why it cannot.</param>
/// <param name="MemberId">Its id.</param>
/// <param name="Generation">The generation that begins.</param>
/// <param name="Protocol">How partitions are shared out.</param>
/// <param name="Leader">Who shares them out.</param>
/// <param name="Members">What the members can do; for the leader only.</param>
internal sealed record JoinAnswer(
    ErrorCode Error, string MemberId, int Generation = -1, string Protocol = "", string Leader = "", IReadOnlyList<(string MemberId, ReadOnlyMemory<byte> Metadata)>? Members = null);
