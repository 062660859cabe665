def check_exposure(stack): return iter(())
def check_system_calls(stack): return iter(())
