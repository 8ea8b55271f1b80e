using Emergence.Cli.Runs;
using Emergence.Pipeline.Progress;
using Spectre.Console;
using Spectre.Console.Advanced;

namespace Emergence.Cli.Live;

/// <summary>
/// Redraws a frame in place: after events, ten times a second at most, and every half second for the clock and a resized
/// terminal. What must stay (a skipped checkpoint, a word from the program) is written above the frame.
/// </summary>
internal sealed class LiveScreen : RunScreen
{
    private const string HideCursor = "\u001b[?25l";
    private const string ShowCursor = "\u001b[?25h";
    private const string ClearBelow = "\u001b[0J";
    private const string ClearAll = "\u001b[2J\u001b[H";

    // Terminals that know it show the frame when it is complete; others ignore it.
    private const string BeginFrame = "\u001b[?2026h";
    private const string EndFrame = "\u001b[?2026l";

    private static readonly TimeSpan EventGap = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdleGap = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly RunRecord _record;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ITimer _timer;
    private long _drawn;
    private int _lines;
    private int _width;
    private bool _ended;

    /// <summary>Begins to draw.</summary>
    /// <param name="console">A terminal that understands ANSI sequences.</param>
    /// <param name="record">What the run has told.</param>
    /// <param name="time">The time.</param>
    public LiveScreen(IAnsiConsole console, RunRecord record, TimeProvider time)
    {
        _console = console;
        _record = record;
        _time = time;
        _started = time.GetTimestamp();
        _console.WriteAnsi(HideCursor);
        Draw();
        _timer = time.CreateTimer(_ => Draw(), null, IdleGap, IdleGap);
    }

    /// <inheritdoc/>
    public override void On(WatchEvent watchEvent)
    {
        if (watchEvent is CheckpointSkipped skipped)
            Say($"skipped: {skipped.Event.Message}");
        else if (watchEvent is RunRemark remark)
            Say($"note: {remark.Text}");
        else if (watchEvent is not CheckpointProgress || _time.GetElapsedTime(Volatile.Read(ref _drawn)) >= EventGap)
            Draw();
    }

    /// <inheritdoc/>
    public override void Say(string line)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            Erase_NeedsLock();
            _console.WriteLine(string.Concat(line.Where(c => !char.IsControl(c))));
            Draw_NeedsLock();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
            // The result that is printed next says all that the frame says.
            Erase_NeedsLock();
            _console.WriteAnsi(ShowCursor);
        }
    }

    private void Draw()
    {
        lock (_gate)
        {
            if (!_ended)
                Draw_NeedsLock();
        }
    }

    private void Draw_NeedsLock()
    {
        var (width, height) = (_console.Profile.Width, _console.Profile.Height);
        // The line below the frame holds the cursor.
        var room = Math.Max(1, height - 1);
        var content = new LiveFrame(_record, width, room, _time.GetElapsedTime(_started), _console.Profile.Capabilities.Unicode).Build();
        var frame = new CroppedFrame(content, room);
        _console.WriteAnsi(BeginFrame);
        if (_width != 0 && _width != width)
        {
            // The terminal has wrapped the old frame anew: nobody knows how many lines it takes now.
            _console.WriteAnsi(ClearAll);
            _lines = 0;
        }

        Erase_NeedsLock();
        _console.Write(frame);
        _console.WriteAnsi(EndFrame);
        _lines = frame.Lines;
        _width = width;
        Volatile.Write(ref _drawn, _time.GetTimestamp());
    }

    private void Erase_NeedsLock()
    {
        if (_lines > 0)
            _console.WriteAnsi($"\u001b[{Math.Min(_lines, Math.Max(1, _console.Profile.Height - 1))}A\r");
        _console.WriteAnsi($"\r{ClearBelow}");
        _lines = 0;
    }
}
