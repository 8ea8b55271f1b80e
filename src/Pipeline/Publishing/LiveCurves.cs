using System.Globalization;
using Emergence.Pipeline.Progress;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Publishing;

/// <summary>
/// Sends a layer's curves to topic <c>live</c> as soon as they are computed: rows of <c>curves</c> that say they are partial. Best effort: what
/// cannot be sent is counted, never waited for.
/// </summary>
/// <param name="producer">Sends; disposed with this.</param>
/// <param name="run">The run.</param>
/// <param name="settings">Topics and sizes.</param>
internal sealed class LiveCurves(IBestEffortProducer producer, RunIdentity run, KafkaSettings settings) : IDisposable
{
    private long _failed;

    /// <summary>Messages that were lost.</summary>
    public long Lost => producer.Lost + _failed;

    /// <summary>Sends the curves of a layer.</summary>
    public void Send(LayerCurvesComputed computed)
    {
        try
        {
            using var batch = ArrowTables.Encode(Tables.Curves, run, new CheckpointResult(computed.Step, computed.TokensSeen, computed.Curves, [], [], [], []), partial: true);
            foreach (var message in MessageCutter.Cut(batch, settings.Topics.Live, Tables.Curves, settings.MessageBytes))
            {
                producer.Send(new KafkaMessage(settings.Topics.Live, $"{run.Run}/{Number(computed.Layer)}", message.Stream,
                [
                    new("content-type", TableMessage.ContentType),
                    new("emergence-table", TableSchema.NameOf(Tables.Curves)),
                    new("emergence-schema-version", TableSchema.Version),
                    new("run", run.Run),
                    new("step", Number(computed.Step)),
                    new("layer", Number(computed.Layer)),
                    new("part", Number(message.Part)),
                    new("parts", Number(message.Parts)),
                ]));
            }
        }
        catch (Exception e) when (e is KafkaFailureException or BadInputException)
        {
            _failed++;
        }
    }

    public void Dispose() => producer.Dispose();

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
