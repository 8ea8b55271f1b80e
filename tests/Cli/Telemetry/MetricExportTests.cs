using System.Net;
using System.Net.Sockets;
using Emergence.Cli.Commands;
using Emergence.Cli.Exit;
using Emergence.Cli.Runs;
using Emergence.Cli.Telemetry;
using Emergence.Cli.Tests.Sae;
using Emergence.Pipeline.Telemetry;
using Emergence.Sinks.Telemetry;
using Emergence.TestKit.Runs;

namespace Emergence.Cli.Tests.Telemetry;

/// <summary>A real run over tiny checkpoints whose metrics go over HTTP to a receiver.</summary>
[Collection(TensorCollection.Name)]
public sealed class MetricExportTests : IDisposable
{
    private const string Unheard = "the last metrics did not reach";
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_collector_receives_every_instrument_with_its_kind_unit_and_attributes()
    {
        using var receiver = new OtlpReceiver();
        using var tiny = new TinyRun(0, 1, 2);
        _program.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address;
        _program.Environment["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=secret";
        _program.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "50";
        Assert.Equal(ExitCode.Done, await ReplayAsync(tiny, tiny.Run("exported")));
        Assert.DoesNotContain(Unheard, _program.Error, StringComparison.Ordinal);

        Assert.All(receiver.Requests, r => Assert.Equal(("/v1/metrics", "application/x-protobuf", "secret"), r));
        var declared = PipelineInstruments.All.ToDictionary(i => i.Name);
        var received = receiver.Metrics.Where(m => m.Attributes.Contains(("emergence.run.name", "exported"))).ToLookup(m => m.Name);
        Assert.All(received.SelectMany(m => m), m =>
        {
            var description = declared[m.Name];
            var kind = description.Kind switch { InstrumentKind.Histogram => "histogram", InstrumentKind.Gauge => "gauge", _ => "sum" };
            Assert.Equal(("emergence", PipelineInstruments.MeterName, description.Unit, kind), (m.Service, m.Scope, m.Unit, m.Kind));
            Assert.Equal(description.Attributes.Order(), m.Attributes.Select(a => a.Name).Distinct().Order());
        });
        // Nothing was dropped, nothing happened, and nobody announced.
        var announcers = declared.Keys.Where(name => name.StartsWith("emergence.announcer.", StringComparison.Ordinal));
        Assert.Empty(declared.Keys.Except(received.Select(m => m.Key)).Except(["emergence.stage.dropped", "emergence.events", .. announcers]));
        Assert.Contains(("emergence.layer.index", "1"), received["emergence.sae.fvu"].Last().Attributes);
        Assert.Contains(("emergence.stage.name", "commit"), received["emergence.stage.duration"].Last().Attributes);
    }

    [Fact]
    public async Task What_the_last_interval_measured_is_sent_at_the_end_also_with_the_option_and_a_name_of_ones_own()
    {
        using var receiver = new OtlpReceiver();
        using var tiny = new TinyRun(0);
        _program.Environment["OTEL_SERVICE_NAME"] = "my-watcher";
        _program.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1";
        Assert.Equal(ExitCode.Done, await ReplayAsync(tiny, tiny.Run("flushed"), "--otlp", receiver.Address));

        Assert.Contains(receiver.Metrics, m => m.Name == "emergence.checkpoint.duration" && m.Service == "my-watcher" && m.Attributes.Contains(("emergence.run.name", "flushed")));
    }

    [Fact]
    public async Task A_collector_that_cannot_be_reached_changes_nothing_but_a_line_at_the_end()
    {
        using var tiny = new TinyRun(0, 1);
        Assert.Equal(ExitCode.Done, await ReplayAsync(tiny, tiny.Run("alone/run")));
        Assert.DoesNotContain(Unheard, _program.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await ReplayAsync(tiny, tiny.Run("unheard/run"), "--otlp", "http://user:password@127.0.0.1:1/path"));

        Assert.Contains($"{Unheard} http://127.0.0.1:1;", _program.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("password", _program.Error + _program.Output, StringComparison.Ordinal);
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(tiny.Run("alone/run")), TinyRun.Curves(tiny.Run("unheard/run"))));
    }

    [Fact]
    public async Task A_collector_that_never_answers_is_given_up()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        using var tiny = new TinyRun(0);
        _program.Environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "200";
        var run = ReplayAsync(tiny, tiny.Run(), "--otlp", $"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndpoint).Port}");
        Assert.Equal(ExitCode.Done, await run.WaitAsync(TimeSpan.FromSeconds(120)));
        Assert.Contains(Unheard, _program.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_METRICS_EXPORTER", "none")]
    public async Task Nothing_is_sent_when_the_environment_says_so(string name, string value)
    {
        using var receiver = new OtlpReceiver();
        using var tiny = new TinyRun(0);
        _program.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address;
        _program.Environment[name] = value;
        Assert.Equal(ExitCode.Done, await ReplayAsync(tiny, tiny.Run()));
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public void Without_a_collector_there_is_no_exporter() => Assert.Null(MetricExport.Start(null, TextWriter.Null));

    [Theory]
    [InlineData("localhost:4318", "--otlp")]
    [InlineData("", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    public async Task What_is_no_URL_is_a_wrong_setting(string option, string blamed)
    {
        using var tiny = new TinyRun(0);
        _program.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "nonsense";
        Assert.Equal(ExitCode.Usage, await ReplayAsync(tiny, tiny.Run(), option.Length > 0 ? ["--otlp", option, "--seed", "x"] : ["--seed", "x"]));
        Assert.Contains(blamed, _program.Error, StringComparison.Ordinal);
        Assert.Contains("--seed", _program.Error, StringComparison.Ordinal);
    }

    private Task<int> ReplayAsync(TinyRun tiny, string folder, params string[] more) => _program.RunAsync(
        ReplayCommand.Create(_program.Host, new WatchRunner(TimeProvider.System), _ => null),
        [
            "replay", tiny.Checkpoints, "--probe", tiny.Texts.ProbePath, "--text", tiny.Texts.TrainingPath, "--out", folder, "--context", $"{TinyModel.Context}",
            "--batch-rows", "8", "--features", "64", "--k", "4", "--budget", "2048", "--threads", "1", "--json", .. more,
        ]);
}
