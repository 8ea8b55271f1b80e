using System.Runtime.CompilerServices;
using Emergence.Pipeline.Telemetry;
using Emergence.Sinks.Kafka.Metered;
using Emergence.Sinks.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Emergence.Cli.Telemetry;

/// <summary>
/// Exports metrics by OTLP while it lives. A collector that cannot be reached costs the run nothing: export runs on a thread of its
/// own, and the end waits for the last export only so long.
/// </summary>
internal sealed class MetricExport : IDisposable
{
    private const int LongestFlushMilliseconds = 5000;
    private readonly MeterProvider _provider;
    private readonly OtlpSettings _settings;
    private readonly TextWriter _error;

    private MetricExport(OtlpSettings settings, TextWriter error)
    {
        (_settings, _error) = (settings, error);
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Variables).Build()))

            // The environment's own name of the service, read last, comes before this one.
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("emergence", serviceVersion: InstrumentSet.Version).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .AddMeter(PipelineInstruments.MeterName, KafkaInstruments.MeterName)
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Begins to export.</summary>
    /// <param name="settings">How; null for not at all, and then no part of OpenTelemetry is loaded.</param>
    /// <param name="error">Where a failure at the end is told.</param>
    /// <returns>What ends it; null when nothing is exported.</returns>
    public static IDisposable? Start(OtlpSettings? settings, TextWriter error) => settings is null ? null : Open(settings, error);

    /// <summary>Exports what is left, waiting for at most some seconds.</summary>
    public void Dispose()
    {
        // A flush says whether the export went well; a shutdown, which exports once more, does not.
        var sent = _provider.ForceFlush(LongestFlushMilliseconds);
        if (!sent)
            _error.WriteLine($"emergence: the last metrics did not reach {_settings.Collector}; nothing else depends on it.");
        _provider.Shutdown(sent ? LongestFlushMilliseconds : 0);
        _provider.Dispose();
    }

    // A method of its own, because a method's types are loaded when it is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MetricExport Open(OtlpSettings settings, TextWriter error) => new(settings, error);
}
