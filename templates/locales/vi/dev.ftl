dev-components = Các thành phần giao diện
