namespace Emergence.TestBroker.Groups;

/// <summary>How far a group has come in a partition.</summary>
/// <param name="Offset">Offset of the next message.</param>
/// <param name="Metadata">What the client wants to have back with it.</param>
internal sealed record GroupOffset(long Offset, string? Metadata);
