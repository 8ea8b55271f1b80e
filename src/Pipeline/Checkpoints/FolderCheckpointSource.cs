using System.Runtime.CompilerServices;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// Checkpoints that lie, or come to lie, in a folder. Looks when the system reports a change and, as reports get lost
/// (network file systems, full queues), every <see cref="FolderSourceOptions.Poll"/>; reports only hasten a look and
/// never replace one. What is decided, and by which rules, is <see cref="ArrivalOrder"/>'s and <see cref="FolderScanner"/>'s.
/// </summary>
public sealed class FolderCheckpointSource : ICheckpointSource
{
    /// <summary>Least time between two looks, however many changes are reported while a checkpoint is written.</summary>
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(50);

    private readonly FolderSourceOptions _options;
    private readonly TimeProvider _clock;
    private readonly Func<string, Action, IDisposable> _watch;
    private readonly ArrivalOrder _order;
    private readonly FolderScanner _scanner;
    private readonly ArrivalBuffer _found;
    private readonly ChangeSignal _signal = new();
    private volatile bool _complete;
    private volatile IReadOnlyList<PendingCheckpoint> _pending = [];
    private int _read;

    /// <summary>Makes a source; nothing is looked at before <see cref="ReadAsync"/>.</summary>
    /// <param name="folder">The folder of checkpoints, as the user named it.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="ArgumentException">A time in the options is not above zero.</exception>
    public FolderCheckpointSource(string folder, FolderSourceOptions options, TimeProvider clock)
        : this(folder, options, clock, FolderWatch.Start)
    {
    }

    internal FolderCheckpointSource(string folder, FolderSourceOptions options, TimeProvider clock, Func<string, Action, IDisposable> watch)
    {
        if (options.Settle <= TimeSpan.Zero || options.Poll <= TimeSpan.Zero || options.Patience <= TimeSpan.Zero || options.LongestWait <= TimeSpan.Zero)
        {
            throw new ArgumentException("settle, poll, patience and longest wait must be above zero", nameof(options));
        }

        Name = folder;
        _options = options;
        _clock = clock;
        _watch = watch;
        _order = new ArrivalOrder(options);
        _scanner = new FolderScanner(folder, options);
        _found = new ArrivalBuffer(options.WhenBehind);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Waiting => _found.Waiting;

    /// <summary>Checkpoints that are there and not yet handed on, each with what it waits for. May be read from any thread.</summary>
    public IReadOnlyList<PendingCheckpoint> Pending => _pending;

    /// <inheritdoc/>
    public void Complete()
    {
        _complete = true;
        _signal.Set();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CheckpointArrival> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _read, 1) != 0)
        {
            throw new InvalidOperationException("a checkpoint source can be gone through once");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var looking = Task.Run(() => LookAsync(stop.Token), CancellationToken.None);
        try
        {
            while (await _found.TakeAsync(cancellationToken).ConfigureAwait(false) is { } arrival)
            {
                yield return arrival;
            }
        }
        finally
        {
            // Also when the reader leaves early: nobody looks on behind its back.
            await stop.CancelAsync().ConfigureAwait(false);
            await looking.ConfigureAwait(false);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(Name))
            {
                throw new BadInputException(Name, "", "there is no such folder", "Name the folder that holds the checkpoints, one folder each");
            }

            // Watched before the first look, so that nothing falls between the two.
            using var watch = _options.Follow ? _watch(Name, _signal.Set) : null;
            while (!_order.Done)
            {
                _signal.Reset();
                var last = !_options.Follow || _complete;
                var now = _clock.GetUtcNow();
                if (LookAtFolders(last) is { } looks)
                {
                    _found.Add(_order.Look(looks, now, last));
                    _pending = _order.Pending;
                }
                else
                {
                    _pending = [];
                }

                if (!_order.Done)
                {
                    await _signal.WaitAsync(s_breath, _order.NextLook(now), _clock, cancellationToken).ConfigureAwait(false);
                }
            }

            _found.End();
        }
        catch (Exception e)
        {
            // The reader gets it, in its own call.
            _found.End(e);
        }
    }

    /// <summary>Looks at everything there; null when the folder could not be listed, as nothing has been seen then.</summary>
    private List<FolderLook>? LookAtFolders(bool last)
    {
        try
        {
            var folders = _scanner.List().ToList();
            if (!_options.Follow)
            {
                CheckThatThereIsSomething(folders);
            }

            var looks = folders.Where(f => _order.Needs(f.Step, f.Folder)).Select(f => _scanner.Look(f.Step, f.Folder)).ToList();

            // What seems to be gone may be so because the whole folder was moved away between listing it and looking.
            return looks.Contains(null) && _options.Follow && !last && !Directory.Exists(Name) ? null : [.. looks.OfType<FolderLook>()];
        }
        catch (IOException) when (_options.Follow)
        {
            // Moved away, or a network file system out of reach: it may come back. Only the end does not wait for that.
            return last ? [] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(Name, "", $"the folder cannot be listed: {e.Message.TrimEnd('.')}", "Check that it is readable", e);
        }
    }

    private void CheckThatThereIsSomething(List<(long Step, string Folder)> folders)
    {
        if (folders.Count == 0)
        {
            throw _options.Contents.LooksLikeCheckpoint(Name)
                ? new BadInputException(Name, "", "the folder is itself a checkpoint", "Name the folder that holds it and the others")
                : new BadInputException(Name, "", $"no folder in it is a checkpoint by its name ({_options.Pattern})", "Name the folder that holds the checkpoints, or give the pattern of their names with --pattern");
        }

        if (!folders.Any(f => f.Step >= _options.FromStep && f.Step <= (_options.UntilStep ?? long.MaxValue)))
        {
            throw new BadInputException(
                Name, "", $"none of its {folders.Count} checkpoints (steps {folders.Min(f => f.Step)} to {folders.Max(f => f.Step)}) is of the steps asked for", "Ask for steps that are there");
        }
    }
}
