namespace TorchSharp;

/// <summary>The dispose scopes of one thread, innermost last, and what happened in them.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? _ofThread;

    private readonly ThreadDisposeScopeStatistics _statistics = new();
    private readonly List<DisposeScope> _open = [];

    public static ThreadDisposeScopeStatistics Statistics => Current._statistics;

    internal static DisposeScopeManager Current => _ofThread ??= new DisposeScopeManager();

    internal DisposeScope? Innermost => _open.Count == 0 ? null : _open[^1];

    internal LifetimeStatistics Tensors => _statistics.TensorStatistics;

    internal DisposeScope Enter()
    {
        var scope = new DisposeScope(this);
        _open.Add(scope);
        return scope;
    }

    internal DisposeScope? Register(torch.Tensor tensor)
    {
        var scope = Innermost;
        if (scope is null)
        {
            Tensors.CreatedOutsideScopeCount++;
            return null;
        }
        Tensors.CreatedInScopeCount++;
        scope.Own(tensor);
        return scope;
    }

    internal void Released(torch.Tensor tensor)
    {
        if (tensor.OwningDisposeScope is null) Tensors.DisposedOutsideScopeCount++;
        else Tensors.DisposedInScopeCount++;
    }

    /// <summary>The scope around this one, or null; another one when that one was disposed first.</summary>
    internal DisposeScope? Around(DisposeScope scope)
    {
        var place = _open.LastIndexOf(scope);
        return place > 0 ? _open[place - 1] : null;
    }

    /// <summary>Scopes need not be disposed innermost first.</summary>
    internal void Leave(DisposeScope scope) => _open.Remove(scope);
}
