namespace Emergence.TestBroker.Groups;

/// <summary>A member wants to join.</summary>
/// <param name="MemberId">Its id; empty when it has none yet.</param>
/// <param name="SessionTimeout">It is out when it has not been heard of for so long.</param>
/// <param name="RebalanceTimeout">How long it may take to join again.</param>
/// <param name="ProtocolType">Kind of group.</param>
/// <param name="Protocols">Ways of sharing out that it knows, the best first.</param>
/// <param name="MustAskForId">Whether it is to come again with the id it is given.</param>
internal sealed record JoinRequest(
    string MemberId, TimeSpan SessionTimeout, TimeSpan RebalanceTimeout, string ProtocolType, IReadOnlyList<(string Name, ReadOnlyMemory<byte> Metadata)> Protocols, bool MustAskForId);
