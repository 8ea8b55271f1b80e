using Emergence.Cli.Options;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Telemetry;

/// <summary>Whether and where metrics are exported: <c>--otlp URL</c>, else OpenTelemetry's own environment variables.</summary>
internal static class OtlpOptions
{
    // What --otlp names is OpenTelemetry's OTEL_EXPORTER_OTLP_ENDPOINT; everything else about it has no setting of its own.
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string MetricsProtocol = "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL";
    private const string Timeout = "OTEL_EXPORTER_OTLP_TIMEOUT";
    private const string LongestExportMilliseconds = "5000";
    private const int GrpcPort = 4317;

    // The variables that the SDK reads for metrics.
    private static readonly string[] _variables =
    [
        Endpoint, Protocol, "OTEL_EXPORTER_OTLP_HEADERS", Timeout, "OTEL_EXPORTER_OTLP_COMPRESSION",
        "OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY",
        MetricsEndpoint, MetricsProtocol, "OTEL_EXPORTER_OTLP_METRICS_HEADERS", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
        "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_METRICS_EXEMPLAR_FILTER", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
    ];

    /// <summary>The setting.</summary>
    public static Setting Otlp { get; } = Setting.Valued("otlp", "URL", $"export metrics of the pipeline to an OpenTelemetry collector, such as http://localhost:4318; default what {Endpoint} says, else none");

    /// <summary>Reads it.</summary>
    /// <param name="reader">The layers of this invocation; told what is wrong.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <returns>What the SDK is told; null when no metrics are to be exported.</returns>
    public static OtlpSettings? Read(SettingReader reader, Func<string, string?> environment)
    {
        string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

        var asked = reader.Text(Otlp);
        var target = asked ?? Variable(MetricsEndpoint) ?? Variable(Endpoint);
        if (target is null || IsOff(Variable))
            return null;
        if (!Uri.TryCreate(target, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            var where = asked is not null ? Otlp.Switch : Variable(MetricsEndpoint) is null ? Endpoint : MetricsEndpoint;
            reader.Report(new SettingProblem(where, "is not a URL of http or https", "name a collector, such as http://localhost:4318"));
            return null;
        }

        var variables = _variables.Select(name => KeyValuePair.Create(name, Variable(name))).Where(v => v.Value is not null).ToDictionary();
        if (asked is not null)
        {
            variables[Endpoint] = asked;
            variables.Remove(MetricsEndpoint);
        }

        // OpenTelemetry's default is http/protobuf, the SDK's is grpc; the port tells what the collector speaks.
        if (!variables.ContainsKey(Protocol) && !variables.ContainsKey(MetricsProtocol))
            variables[Protocol] = url.Port == GrpcPort ? "grpc" : "http/protobuf";

        // The end of a run waits for the last export; the SDK's own limit is ten seconds.
        variables.TryAdd(Timeout, LongestExportMilliseconds);
        return new OtlpSettings($"{url.Scheme}://{url.Host}:{url.Port}", variables);
    }

    private static bool IsOff(Func<string, string?> variable) =>
        string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        || string.Equals(variable("OTEL_METRICS_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase);
}
