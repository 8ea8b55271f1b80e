using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Answers one kind of request, in all announced versions.</summary>
internal interface IApi
{
    /// <summary>Its kind and versions.</summary>
    ApiRange Range { get; }

    /// <summary>Reads the request and writes the answer, both behind their headers.</summary>
    ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer);
}
