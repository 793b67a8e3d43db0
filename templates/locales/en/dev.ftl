dev-components = Interface components
