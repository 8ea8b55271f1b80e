using System.CommandLine;
using Emergence.Cli.Options;
using Emergence.Cli.Telemetry;

namespace Emergence.Cli.Tests.Telemetry;

public sealed class OtlpOptionsTests
{
    [Fact]
    public void Nothing_is_exported_unless_it_was_asked_for() => Assert.Null(Read([]));

    [Theory]
    [InlineData("http://collector:4318", "http/protobuf")]
    [InlineData("https://collector/otlp", "http/protobuf")]
    [InlineData("http://collector:4317", "grpc")]
    public void The_port_says_what_the_collector_speaks(string url, string protocol)
    {
        Assert.Equal(protocol, Read(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = url })!.Variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal(protocol, Read([], "--otlp", url)!.Variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL")]
    public void A_protocol_that_was_named_stays(string name)
    {
        var settings = Read(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318", [name] = "grpc" })!;
        Assert.Equal("grpc", settings.Variables[name]);
        Assert.Single(settings.Variables, v => v.Key.EndsWith("PROTOCOL", StringComparison.Ordinal));
    }

    [Fact]
    public void The_option_comes_before_every_variable_and_the_metrics_own_before_the_general_one()
    {
        Dictionary<string, string> environment = new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://general:1", ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = "http://metrics:2/v1/metrics" };
        Assert.Equal("http://metrics:2", Read(environment)!.Collector);
        var settings = Read(environment, "--otlp", "http://option:3")!;
        Assert.Equal(("http://option:3", "http://option:3"), (settings.Collector, settings.Variables["OTEL_EXPORTER_OTLP_ENDPOINT"]));
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", settings.Variables.Keys);
    }

    [Fact]
    public void Its_text_has_no_secret()
    {
        var settings = Read(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://user:password@collector:4318/x?token=secret", ["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=hidden" })!;
        Assert.Equal("metrics to http://collector:4318", settings.ToString());
        Assert.Equal("api-key=hidden", settings.Variables["OTEL_EXPORTER_OTLP_HEADERS"]);
    }

    private static OtlpSettings? Read(Dictionary<string, string> environment, params string[] arguments)
    {
        var command = new RootCommand();
        command.Add(OtlpOptions.Otlp.Option);
        var reader = new SettingReader(command.Parse(arguments), environment.GetValueOrDefault, [OtlpOptions.Otlp]);
        var settings = OtlpOptions.Read(reader, environment.GetValueOrDefault);
        reader.ThrowOnProblems([]);
        return settings;
    }
}
