using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Faults;

/// <summary>A request that has come.</summary>
/// <param name="Api">Its kind.</param>
/// <param name="Number">The how manieth of its kind, from 1.</param>
/// <param name="Total">The how manieth of all, from 1.</param>
/// <param name="ClientId">How the client calls itself.</param>
/// <param name="Bytes">Its length.</param>
public sealed record RequestSeen(ApiKey Api, int Number, int Total, string? ClientId, int Bytes);
