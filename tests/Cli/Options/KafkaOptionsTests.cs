using System.CommandLine;
using Emergence.Cli.Options;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Cli.Tests.Options;

public sealed class KafkaOptionsTests : IDisposable
{
    private static readonly Setting[] Settings = [.. KafkaOptions.Writing, CommonSettings.Config];
    private readonly ProgramHarness _program = new();
    private readonly List<SettingProblem> _problems = [];

    public void Dispose() => _program.Dispose();

    [Fact]
    public void Nothing_is_asked_for_when_no_broker_is_named()
    {
        _program.Environment["EMERGENCE_KAFKA_SASL_PASSWORD"] = "hunter2";
        Assert.Null(Read());
        Assert.Empty(_problems);
    }

    [Fact]
    public void The_command_line_comes_before_the_environment_and_that_before_the_file()
    {
        var file = _program.File("kafka.properties", "bootstrap.servers=file:1\nsasl.username=from-file\nclient.id=from-file\n");
        _program.Environment["EMERGENCE_KAFKA_CONFIG"] = file;
        Assert.Equal("file:1", Read()!.Settings.Servers);
        _program.Environment["EMERGENCE_KAFKA"] = "variable:2";
        _program.Environment["EMERGENCE_KAFKA_SASL_USERNAME"] = "from-variable";
        var choice = Read("--kafka", "typed:3", "--topic-prefix", "x", "--kafka-message-bytes", "500_000", "--create-topics", "--partitions", "3", "--replication", "2")!;
        Assert.Empty(_problems);
        Assert.Equal(("typed:3", "x", 500_000), (choice.Settings.Servers, choice.Settings.Topics.Prefix, choice.Settings.MessageBytes));
        Assert.Equal(new TopicOptions(true, 3, 2), choice.Topics);
        Assert.Equal(("from-variable", "from-file"), (choice.Settings.Properties["sasl.username"], choice.Settings.Properties["client.id"]));
        Assert.Equal(2, choice.Settings.Properties.Count);
        Assert.Equal("variable:2", Read()!.Settings.Servers);
    }

    [Fact]
    public void Every_wrong_thing_is_told_at_once_and_no_secret_with_it()
    {
        var file = _program.File("kafka.properties", "nonsense hunter2\ntransactional.id=hunter2\nsasl.pasword=hunter2\n");
        _program.Environment["EMERGENCE_KAFKA_ISOLATION_LEVEL"] = "read_uncommitted";
        Read("--kafka", "localhost", "--kafka-config", file, "--topic-prefix", "a/b", "--kafka-message-bytes", "10", "--partitions", "0");
        var told = _problems.Select(p => p.ToString()).ToList();
        foreach (var part in new[] { "--kafka: \"localhost\"", "line 1", "line 2: transactional.id", "has no property sasl.pasword", "EMERGENCE_KAFKA_ISOLATION_LEVEL: isolation.level", "--topic-prefix", "--kafka-message-bytes", "--partitions: 0", "--create-topics" })
            Assert.Contains(told, line => line.Contains(part, StringComparison.Ordinal));
        Assert.All(told, line => Assert.DoesNotContain("hunter2", line));
    }

    [Theory]
    [InlineData("--create-topics")]
    [InlineData("--kafka-config")]
    public void Options_about_brokers_without_one_are_a_mistake(string option)
    {
        Assert.Null(option == "--kafka-config" ? Read(option, _program.File("p", "client.id=me")) : Read(option));
        Assert.Contains("--kafka HOST:PORT", Assert.Single(_problems).Remedy);
    }

    private KafkaChoice? Read(params string[] arguments)
    {
        var command = new Command("test");
        foreach (var setting in Settings)
            command.Add(setting.Option);
        return KafkaOptions.Read(new SettingReader(command.Parse(arguments), _program.Host.Environment, Settings), _program.Host, writing: true, _problems);
    }
}
