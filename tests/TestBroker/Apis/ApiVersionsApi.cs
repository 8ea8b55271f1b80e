using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Says which versions there are. A request of an unknown version is answered in the oldest layout, so that the client can choose.</summary>
internal sealed class ApiVersionsApi(Func<IEnumerable<ApiRange>> ranges) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.ApiVersions, 0, 3, FlexibleFrom: 3);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var known = request.Version <= Range.Newest;
        if (known && request.Version >= 3)
        {
            reader.String();
            reader.String();
            reader.Tags();
        }

        writer.Flexible = known && Range.IsFlexible(request.Version);
        writer.Error(known ? request.Injected : ErrorCode.UnsupportedVersion);
        writer.Array(ranges().OrderBy(range => range.Key).ToList(), range =>
        {
            writer.Int16((short)range.Key);
            writer.Int16(range.Oldest);
            writer.Int16(range.Newest);
        });
        if (known && request.Version >= 1)
            writer.Int32(0);
        writer.Tags();
        return ValueTask.CompletedTask;
    }
}
