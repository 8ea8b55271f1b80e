using Emergence.Pipeline.Flow.Engine;

namespace Emergence.Pipeline.Flow;

/// <summary>
/// Declares a graph, one line per edge: name, from, how many it holds, what happens when it is full, where it runs, what it does.
/// Nothing runs, and the plan can be printed, before <see cref="Build"/> and <see cref="Graph.RunAsync"/>.
/// </summary>
/// <remarks>
/// Every stage works on one message at a time, so order is kept along every path. Names are lower-case words joined by hyphens;
/// the same name appears in the plan, in errors and in statistics.
/// </remarks>
public sealed class GraphBuilder
{
    private readonly List<Node> _nodes = [];
    private bool _built;

    /// <summary>Declares the head of the graph. Every graph has one.</summary>
    /// <typeparam name="T">The data messages it produces.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="items">
    /// Makes the sequence of messages, of type <typeparamref name="T"/> or barriers, when the graph runs. The token is signalled when
    /// the source should end; a message that was produced by then still goes all the way.
    /// </param>
    /// <returns>Its output.</returns>
    public Port<T> Source<T>(string name, Func<CancellationToken, IAsyncEnumerable<Message>> items)
        where T : Message
    {
        ArgumentNullException.ThrowIfNull(items);
        return Output<T>(new SourceNode(name, typeof(T), items));
    }

    /// <summary>Declares a stage whose body emits any number of messages, awaiting each send.</summary>
    /// <typeparam name="TIn">What it receives.</typeparam>
    /// <typeparam name="TOut">What it emits.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="from">Where its messages come from.</param>
    /// <param name="capacity">How many messages it holds, at least 1.</param>
    /// <param name="whenFull">What happens when it holds that many.</param>
    /// <param name="on">Where it runs: <see cref="TaskScheduler.Default"/> (the thread pool) or a <see cref="DeviceScheduler"/>.</param>
    /// <param name="body">What it does with a data message.</param>
    /// <param name="onBarrier">What it does at a barrier before the barrier is passed on; nothing by default.</param>
    /// <returns>Its output.</returns>
    public Port<TOut> Stage<TIn, TOut>(
        string name, Port<TIn> from, int capacity, WhenFull whenFull, TaskScheduler on, StageBody<TIn, TOut> body, BarrierBody<TOut>? onBarrier = null)
        where TIn : Message
        where TOut : Message
    {
        ArgumentNullException.ThrowIfNull(body);
        return Between<TIn, TOut>(name, from, capacity, whenFull, on, (message, emission) => body(message, new Emitter<TOut>(emission)), onBarrier);
    }

    /// <summary>Declares a stage that makes at most one message of each, synchronously: the form for torch work.</summary>
    /// <typeparam name="TIn">What it receives.</typeparam>
    /// <typeparam name="TOut">What it emits.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="from">Where its messages come from.</param>
    /// <param name="capacity">How many messages it holds, at least 1.</param>
    /// <param name="whenFull">What happens when it holds that many.</param>
    /// <param name="on">Where it runs: <see cref="TaskScheduler.Default"/> (the thread pool) or a <see cref="DeviceScheduler"/>.</param>
    /// <param name="body">Makes the message that is sent on; may return its input; null sends nothing.</param>
    /// <param name="onBarrier">What it does at a barrier before the barrier is passed on; nothing by default.</param>
    /// <returns>Its output.</returns>
    public Port<TOut> Map<TIn, TOut>(
        string name, Port<TIn> from, int capacity, WhenFull whenFull, TaskScheduler on, Func<TIn, TOut?> body, BarrierBody<TOut>? onBarrier = null)
        where TIn : Message
        where TOut : Message
    {
        ArgumentNullException.ThrowIfNull(body);
        return Between<TIn, TOut>(
            name, from, capacity, whenFull, on, (message, emission) => body(message) is { } output ? emission.SendAsync(output) : default, onBarrier);
    }

    /// <summary>
    /// Declares a stage that makes any number of messages of each, one synchronous piece at a time: the form for torch work in
    /// pieces. The next piece is asked for when the next stage has taken the one before, which is what bounds them.
    /// </summary>
    /// <typeparam name="TIn">What it receives.</typeparam>
    /// <typeparam name="TOut">What it emits.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="from">Where its messages come from.</param>
    /// <param name="capacity">How many messages it holds, at least 1.</param>
    /// <param name="whenFull">What happens when it holds that many.</param>
    /// <param name="on">Where it runs: <see cref="TaskScheduler.Default"/> (the thread pool) or a <see cref="DeviceScheduler"/>.</param>
    /// <param name="body">
    /// An iterator whose pieces are of type <typeparamref name="TOut"/> or barriers. Other work of the same scheduler runs between
    /// two pieces, so no torch dispose scope is open across a <c>yield</c>.
    /// </param>
    /// <param name="onBarrier">What it does at a barrier before the barrier is passed on; nothing by default.</param>
    /// <returns>Its output.</returns>
    public Port<TOut> Expand<TIn, TOut>(
        string name, Port<TIn> from, int capacity, WhenFull whenFull, TaskScheduler on, Func<TIn, IEnumerable<Message>> body, BarrierBody<TOut>? onBarrier = null)
        where TIn : Message
        where TOut : Message
    {
        ArgumentNullException.ThrowIfNull(body);
        return Between(name, from, capacity, whenFull, on, (message, emission) => SendEachAsync<TOut>(body(message), emission), onBarrier);
    }

    /// <summary>Declares a fan-out; its branches are declared on what it returns.</summary>
    /// <typeparam name="T">What flows through.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="from">Where its messages come from.</param>
    /// <param name="capacity">How many messages it holds, at least 1; its senders wait when it is full.</param>
    /// <returns>The tee, without branches yet.</returns>
    public Tee<T> Tee<T>(string name, Port<T> from, int capacity)
        where T : Message, IShareable
    {
        var node = Add(new TeeNode(name));
        node.AddInlet(from.Outlet, capacity, WhenFull.Wait);
        return new Tee<T>(node);
    }

    /// <summary>
    /// Declares a fan-in, which ends when all its branches have. Each branch keeps its order, barriers wait for all branches;
    /// between two barriers the order of messages of different branches depends on timing, so nothing that reaches a result may
    /// depend on it.
    /// </summary>
    /// <typeparam name="T">What flows through.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="from">The branches, at least one.</param>
    /// <param name="capacity">How many messages it holds of each branch, at least 1; senders wait when it is full.</param>
    /// <returns>Its output.</returns>
    public Port<T> Merge<T>(string name, IReadOnlyList<Port<T>> from, int capacity)
        where T : Message
    {
        var node = new MergeNode(name);
        foreach (var branch in from)
        {
            node.AddInlet(branch.Outlet, capacity, WhenFull.Wait);
        }

        return Output<T>(node);
    }

    /// <summary>Declares a stage at which messages end.</summary>
    /// <typeparam name="TIn">What it receives.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="from">Where its messages come from.</param>
    /// <param name="capacity">How many messages it holds, at least 1.</param>
    /// <param name="whenFull">What happens when it holds that many.</param>
    /// <param name="on">Where it runs: <see cref="TaskScheduler.Default"/> (the thread pool) or a <see cref="DeviceScheduler"/>.</param>
    /// <param name="body">What it does with a data message.</param>
    /// <param name="onBarrier">What it does at a barrier; nothing by default.</param>
    public void Sink<TIn>(
        string name, Port<TIn> from, int capacity, WhenFull whenFull, TaskScheduler on, SinkBody<TIn> body, SinkBody<BarrierMessage>? onBarrier = null)
        where TIn : Message
    {
        ArgumentNullException.ThrowIfNull(body);
        Func<BarrierMessage, Emission, ValueTask>? barrierBody = onBarrier is null ? null : (barrier, emission) => onBarrier(barrier, emission.Aborted);
        Add(new StageNode<TIn>(name, NodeShape.Sink, on, (message, emission) => body(message, emission.Aborted), barrierBody))
            .AddInlet(from.Outlet, capacity, whenFull);
    }

    /// <summary>Checks the declaration and makes the graph, which runs once.</summary>
    /// <param name="options">How it stops; the defaults when null.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="GraphDeclarationException">Something is declared wrongly; all of it is listed.</exception>
    /// <exception cref="InvalidOperationException">It has built its graph already.</exception>
    public Graph Build(GraphOptions? options = null)
    {
        options ??= new GraphOptions();
        var problems = GraphCheck.Problems(_nodes, options);
        if (problems.Count > 0)
        {
            throw new GraphDeclarationException(problems);
        }

        if (_built)
        {
            throw new InvalidOperationException("a declaration makes one graph; declare it again for another run");
        }

        _built = true;
        return new Graph([.. _nodes], options);
    }

    /// <summary>Prints the declaration as a Mermaid flowchart, in the order it was declared.</summary>
    /// <returns>Lines that end in line feeds; the same for the same declaration.</returns>
    public string ToMermaid() => Mermaid.Print(_nodes);

    private Port<TOut> Between<TIn, TOut>(
        string name, Port<TIn> from, int capacity, WhenFull whenFull, TaskScheduler on, Func<TIn, Emission, ValueTask> body, BarrierBody<TOut>? onBarrier)
        where TIn : Message
        where TOut : Message
    {
        Func<BarrierMessage, Emission, ValueTask>? barrierBody =
            onBarrier is null ? null : (barrier, emission) => onBarrier(barrier, new Emitter<TOut>(emission));
        var node = new StageNode<TIn>(name, NodeShape.Stage, on, body, barrierBody);
        node.AddInlet(from.Outlet, capacity, whenFull);
        return Output<TOut>(node);
    }

    private Port<T> Output<T>(Node node)
        where T : Message => new(Add(node).AddOutlet(typeof(T)));

    private T Add<T>(T node)
        where T : Node
    {
        _nodes.Add(node);
        return node;
    }

    private static async ValueTask SendEachAsync<TOut>(IEnumerable<Message> pieces, Emission emission)
        where TOut : Message
    {
        foreach (var piece in pieces)
        {
            if (piece is not (TOut or BarrierMessage))
            {
                piece?.Dispose();
                throw new InvalidOperationException($"the stage made a {piece?.GetType().Name ?? "null"}, declared is {typeof(TOut).Name}");
            }

            // Resumes on the stage's scheduler: asking for the next piece is the stage's work.
            await emission.SendAsync(piece);
        }
    }
}
