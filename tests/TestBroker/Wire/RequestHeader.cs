namespace Emergence.TestBroker.Wire;

/// <summary>What a request begins with.</summary>
/// <param name="Api">Its kind, known here or not.</param>
/// <param name="Version">Version of its layout.</param>
/// <param name="CorrelationId">Comes back in the answer.</param>
/// <param name="ClientId">How the client calls itself.</param>
internal sealed record RequestHeader(short Api, short Version, int CorrelationId, string? ClientId)
{
    /// <summary>Reads it; the tagged fields that some versions have after it are left.</summary>
    public static RequestHeader Read(WireReader reader) => new(reader.Int16(), reader.Int16(), reader.Int32(), reader.NullableString());
}
