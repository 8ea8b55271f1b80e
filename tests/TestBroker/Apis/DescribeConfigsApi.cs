using Emergence.TestBroker.Log;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Says what options topics and the broker have.</summary>
internal sealed class DescribeConfigsApi(BrokerState state) : IApi
{
    private const sbyte TopicKind = 2;
    private const sbyte BrokerKind = 4;
    private const sbyte SetOnTopic = 1;
    private const sbyte SetOnBroker = 4;
    private const sbyte Default = 5;

    private sealed record Option(string Name, string Value, sbyte Source);

    public ApiRange Range { get; } = new(ApiKey.DescribeConfigs, 0, 2);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var resources = reader.Array(() => (Kind: reader.Int8(), Name: reader.String(), Keys: reader.NullablePlainArray(reader.String)));
        if (request.Version >= 1)
            reader.Bool();
        List<(sbyte Kind, string Name, ErrorCode Error, IReadOnlyList<Option> Options)> results;
        lock (state.Gate)
        {
            results = [.. resources.Select(resource =>
            {
                var options = request.Injected == ErrorCode.None ? Describe_NeedsLock(resource.Kind, resource.Name) : null;
                var error = request.Injected != ErrorCode.None ? request.Injected
                    : options is not null ? ErrorCode.None
                    : resource.Kind == TopicKind ? ErrorCode.UnknownTopicOrPartition
                    : ErrorCode.InvalidRequest;
                IReadOnlyList<Option> wanted = [.. (options ?? []).Where(option => resource.Keys?.Contains(option.Name) ?? true)];
                return (resource.Kind, resource.Name, error, wanted);
            })];
        }

        writer.Int32(0);
        writer.Array(results, resource =>
        {
            writer.Error(resource.Error);
            writer.String(null);
            writer.Int8(resource.Kind);
            writer.String(resource.Name);
            writer.Array(resource.Options, option =>
            {
                writer.String(option.Name);
                writer.String(option.Value);
                writer.Bool(false);
                if (request.Version == 0)
                    writer.Bool(option.Source == Default);
                else
                    writer.Int8(option.Source);
                writer.Bool(false);
                if (request.Version >= 1)
                    writer.Count(0);
            });
        });
        return ValueTask.CompletedTask;
    }

    private IReadOnlyList<Option>? Describe_NeedsLock(sbyte kind, string name)
    {
        var bytes = new Option("message.max.bytes", $"{state.Options.MessageMaxBytes}", SetOnBroker);
        if (kind == BrokerKind)
            return name == $"{TransactionalBroker.NodeId}" ? [bytes, new("auto.create.topics.enable", state.Options.AutoCreateTopics ? "true" : "false", SetOnBroker)] : null;
        if (kind != TopicKind || state.Topics.Find(name) is not { } topic)
            return null;
        return [.. TopicOptions.Defaults.Select(option => topic.Options.TryGetValue(option.Key, out var own) ? new Option(option.Key, own, SetOnTopic)
            : option.Key == "max.message.bytes" ? new Option(option.Key, bytes.Value, SetOnBroker)
            : new Option(option.Key, option.Value, Default))];
    }
}
