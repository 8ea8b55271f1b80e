using Emergence.Pipeline.Publishing;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Pipeline;

/// <summary>
/// Publishes a recorded run: what the topics lack, or all of it again. Called a second time it publishes nothing; interrupted anywhere, the
/// next call goes on where it ended.
/// </summary>
public sealed class PublishRun
{
    private readonly PublishRunSettings _settings;
    private readonly Action<PublishEvent> _tell;
    private readonly TimeProvider _time;
    private readonly Func<KafkaSettings, IKafkaClient> _connect;
    private readonly List<CommitEntry> _sent = [];
    private long _messages;
    private long _bytes;

    /// <summary>Makes one.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="tell">Told what happens.</param>
    /// <param name="time">The clock.</param>
    public PublishRun(PublishRunSettings settings, Action<PublishEvent> tell, TimeProvider time)
        : this(settings, tell, time, kafka => KafkaClients.Connect(kafka))
    {
    }

    internal PublishRun(PublishRunSettings settings, Action<PublishEvent> tell, TimeProvider time, Func<KafkaSettings, IKafkaClient> connect) =>
        (_settings, _tell, _time, _connect) = (settings, tell, time, connect);

    /// <summary>Publishes.</summary>
    /// <param name="drain">End behind the commit in work.</param>
    /// <param name="abort">Give up the commit in work too; nothing of it is seen.</param>
    /// <exception cref="BadInputException">It is no run folder, its writer is alive, a commit is damaged, or the topics hold another run of the same name.</exception>
    /// <exception cref="SettingsException">A topic is missing or unfit.</exception>
    /// <exception cref="PublishException">The broker is away or refuses it, or another process has taken over.</exception>
    /// <exception cref="KafkaFailureException">The settings of Kafka cannot work.</exception>
    public async Task<PublishRunResult> RunAsync(CancellationToken drain, CancellationToken abort)
    {
        var run = RunFolderReader.Open(_settings.Run);
        using var alone = _settings.PlanOnly ? null : Reserve(run);
        using var client = _connect(_settings.Kafka);
        var patience = TimeSpan.FromSeconds(_settings.WaitSeconds);
        await CheckTopicsAsync(client, patience, abort);
        var options = PublishOptions.For(_settings.Kafka, RunSettingsFile.Producer) with { Again = _settings.Again, FromStep = _settings.FromStep, Patience = patience };
        using var publisher = new RunPublisher(client, run, options, _time, Tell);
        return _settings.PlanOnly ? await PlanAsync(run, publisher, abort) : await PublishAsync(run, publisher, drain, abort);
    }

    /// <summary>Makes sure that nobody else publishes this run: it would be fenced.</summary>
    private IDisposable? Reserve(RunFolderReader run)
    {
        if (_settings.Force)
        {
            return null;
        }

        if (GroupMark.Of(run.Description) is { } mark)
        {
            throw new BadInputException(run.Folder, "", $"it is the folder of layer group {mark.Group}, which its worker publishes", "name the folder of the whole run");
        }

        if (!_settings.Again && Directory.Exists(Path.Combine(run.Folder, RunGroups.FolderName)))
        {
            throw new BadInputException(run.Folder, "", "its rows are published by the workers of its layer groups", "publish --again sends all of them again, as rows of one run");
        }

        return run.KeepWritersOut(_time, "it publishes what it commits, when it was given --kafka; wait until it has ended, or take publishing over from it with --force");
    }

    private async Task CheckTopicsAsync(IKafkaClient client, TimeSpan patience, CancellationToken abort)
    {
        var faults = await TopicPreparation.EnsureAsync(client, _settings.Kafka, _settings.Topics, patience, _time, _tell, abort);
        if (faults.Where(f => f.Fatal).ToList() is { Count: > 0 } fatal)
        {
            throw new SettingsException([.. fatal.Select(f => new SettingProblem($"topic {f.Topic}", f.Problem, f.Remedy))]);
        }
    }

    private async Task<PublishRunResult> PlanAsync(RunFolderReader run, RunPublisher publisher, CancellationToken abort)
    {
        var lacking = await publisher.LookAsync(abort);
        var (all, sent) = (run.ReadCommits(), lacking.TakeWhile(c => !IsBehindEnd(c)).ToList());
        var before = all.Where(c => lacking.Count == 0 || c.Sequence < lacking[0].Sequence).ToList();
        return new PublishRunResult(run.Description.Identity.Run, sent, 0, 0, before.Count, lacking.Count, before.Count == 0 ? null : before[^1].Step, false);
    }

    private async Task<PublishRunResult> PublishAsync(RunFolderReader run, RunPublisher publisher, CancellationToken drain, CancellationToken abort)
    {
        await publisher.OpenAsync(abort);
        var before = run.ReadCommits().Count - publisher.Unpublished().Count;
        var interrupted = false;
        (CommitEntry Commit, DateTimeOffset At)? first = null;
        while (publisher.Unpublished() is [var next, ..] && !IsBehindEnd(next))
        {
            try
            {
                first ??= (next, _time.GetUtcNow());
                await PaceAsync(first.Value.Commit, first.Value.At, next, drain);
                await publisher.PublishNextAsync(abort);
            }
            catch (OperationCanceledException) when (drain.IsCancellationRequested || abort.IsCancellationRequested)
            {
                interrupted = true;
                break;
            }
        }

        return new PublishRunResult(
            run.Description.Identity.Run, _sent, _messages, _bytes, before, publisher.Unpublished().Count, publisher.Published?.Step, interrupted);
    }

    /// <summary>Waits until as much of the time since the first commit has passed as the speed asks for. Commits of a clock that went back follow at once.</summary>
    private async Task PaceAsync(CommitEntry first, DateTimeOffset at, CommitEntry next, CancellationToken drain)
    {
        drain.ThrowIfCancellationRequested();
        if (_settings.Speed is { } speed && at + ((next.CommittedAt - first.CommittedAt) / speed) - _time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, drain);
        }
    }

    private bool IsBehindEnd(CommitEntry commit) => commit.Step > _settings.UntilStep;

    private void Tell(PublishEvent told)
    {
        if (told is CommitPublished published)
        {
            _sent.Add(published.Commit);
            (_messages, _bytes) = (_messages + published.Messages, _bytes + published.Bytes);
        }

        _tell(told);
    }
}
