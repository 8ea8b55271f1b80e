using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Publishing;

/// <summary>Publishes a run while it is worked on. Nothing waits for it: what is committed lies in the run folder until it is published.</summary>
internal sealed class BackgroundPublisher : IAsyncDisposable
{
    private readonly RunFolderReader _run;
    private readonly Task _prepared;
    private readonly TimeProvider _time;
    private readonly RunPublisher _publisher;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _draining;

    /// <summary>Makes one and lets it run.</summary>
    /// <param name="client">The client; stays the caller's.</param>
    /// <param name="run">The run folder.</param>
    /// <param name="options">What is published.</param>
    /// <param name="prepared">What has to end before anything is published.</param>
    /// <param name="tell">Told what happens.</param>
    /// <param name="time">The clock.</param>
    public BackgroundPublisher(IKafkaClient client, RunFolderReader run, PublishOptions options, Task prepared, Action<PublishEvent> tell, TimeProvider time)
    {
        // A reader of its own: what the store's remembers is not mixed with what this one does.
        _run = RunFolderReader.Open(run.Folder);
        (_prepared, _time) = (prepared, time);
        _publisher = new RunPublisher(client, _run, options, time, tell);
        Running = Task.Run(RunAsync);
    }

    /// <summary>Ends when it has been drained or stopped; with the exception for which publishing cannot go on.</summary>
    public Task Running { get; }

    /// <summary>Something has been committed.</summary>
    public void Wake()
    {
        lock (_wake)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    /// <summary>Publishes what is left, as long as that takes no longer than a time.</summary>
    /// <param name="longest">The time.</param>
    /// <param name="abort">Gives up.</param>
    /// <returns>Commits that are not published.</returns>
    /// <exception cref="PublishException">Publishing cannot go on.</exception>
    public async Task<int> DrainAsync(TimeSpan longest, CancellationToken abort)
    {
        _draining = true;
        Wake();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(abort);
        await Task.WhenAny(Running, Task.Delay(longest, _time, timer.Token));
        await timer.CancelAsync();
        await _stop.CancelAsync();
        await Running;
        return _publisher.IsOpen ? _publisher.Unpublished().Count : _run.ReadCommits().Count;
    }

    /// <summary>Step of the newest commit that is published; null when there is none or nobody could say. Once it has been drained.</summary>
    public long? LastStep => _publisher.Published?.Step;

    /// <summary>Stops it where it is: a transaction in work is never seen, and the next start goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();

        // How it failed has been told to whoever drained it, or the run failed for another reason.
        await Running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _publisher.Dispose();
        _stop.Dispose();
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await _prepared.WaitAsync(_stop.Token);
            while (true)
            {
                await _publisher.PublishPendingAsync(_stop.Token);
                if (_draining && _publisher.Unpublished().Count == 0)
                {
                    return;
                }

                await _wake.WaitAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop: what is not published is in the run folder.
        }
    }
}
