using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What the optimisers have in common: their groups, their states, saving and loading.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    private readonly Dictionary<Parameter, OptimizerState> _states = new(ReferenceEqualityComparer.Instance);

    private protected OptimizerHelper(OptimizerOptions defaults) => Defaults = defaults;

    private protected OptimizerOptions Defaults { get; }

    public override IEnumerable<Parameter> parameters() => Groups.SelectMany(group => group.Parameters);

    public override void zero_grad()
    {
        foreach (var parameter in parameters())
        {
            using var grad = parameter.grad;
            grad?.zero_();
        }
    }

    /// <summary>Options and running means of every group, in order, for <see cref="load_state_dict(string)"/> of an optimiser of the same kind over the same parameters.</summary>
    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location));
        save_state_dict(writer);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        writer.Write(GetType().Name);
        writer.Write(Groups.Count);
        writer.Write(_states.Count);
        foreach (var group in Groups) group.Options.SaveStateDict(writer);
        foreach (var parameter in parameters()) StateOf(parameter).SaveStateDict(writer);
    }

    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        var kind = reader.ReadString();
        if (kind != GetType().Name) throw new ArgumentException($"The saved state is of {kind}, not of {GetType().Name}.");
        var (groups, states) = (reader.ReadInt32(), reader.ReadInt32());
        if (groups != Groups.Count || states != _states.Count)
            throw new ArgumentException($"The saved state is of {states} parameters in {groups} groups, not of {_states.Count} in {Groups.Count}.");
        foreach (var group in Groups) group.Options.LoadStateDict(reader);
        foreach (var parameter in parameters()) StateOf(parameter).LoadStateDict(reader);
    }

    /// <summary>Runs the closure with gradients on, then the update of each group without, in a scope of its own.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null) where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var recording = enable_grad();
            loss = loss_closure();
        }
        using var without = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in Groups) body((T)group);
        return loss;
    }

    private protected void ReleaseStates()
    {
        foreach (var state in _states.Values) (state as IDisposable)?.Dispose();
        _states.Clear();
    }

    private protected OptimizerState StateOf(Parameter parameter) => _states[parameter];

    private protected void Enlist(ParamGroup group, Func<Parameter, OptimizerState> begin)
    {
        group.Parameters = [.. group.Parameters];
        foreach (var parameter in group.Parameters)
        {
            if (!parameter.is_leaf) throw new InvalidOperationException("Can't optimize a non-leaf Tensor.");
            if (_states.ContainsKey(parameter)) throw new InvalidOperationException("A parameter is in more than one group.");
            _states.Add(parameter, begin(parameter));
        }
        Groups.Add(group);
    }
}
