using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Server;

/// <summary>One request that is being answered.</summary>
/// <param name="Api">Its kind.</param>
/// <param name="Version">Version of its layout.</param>
/// <param name="ClientId">How the client calls itself.</param>
/// <param name="Injected">An error to answer instead of doing what is asked; None does it.</param>
/// <param name="Closed">The connection is gone.</param>
internal sealed record Request(ApiKey Api, short Version, string? ClientId, ErrorCode Injected, CancellationToken Closed)
{
    /// <summary>Set where the client wants no answer.</summary>
    public bool Unanswered { get; set; }
}
