using Emergence.Sinks.Kafka;

namespace Emergence.Cli.Doctor;

/// <summary>librdkafka, the client library; asks no broker.</summary>
internal sealed class KafkaClientCheck : IDoctorCheck
{
    /// <inheritdoc/>
    public string Part => "librdkafka";

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        CheckResult result;
        try
        {
            var version = KafkaClientLibrary.Version();
            result = new(Part, CheckState.Ok, string.Join(", ", LoadedLibraries.Named("librdkafka").Prepend(version)));
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException or InvalidOperationException)
        {
            result = new(Part, CheckState.Fault, $"does not load: {error.Message}", "As root: apt-get install -y librdkafka1");
        }

        yield return result;
    }
}
